import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../libs/core/src/database/ids.js';
import type { Scene } from '../support/scene.js';
import { alone, platform, together, told, vary } from './expectations.js';
import type { Outcome } from './intruder.js';
import { type Reached, reachOf } from './reach.js';
import { type Somebody as Intruding, type TwoLibraries, openTwoLibraries } from './two-libraries.js';
import type { WholeLibrary } from './whole-library.js';

/**
 * Any SQL, as the logins of the application and of jobs, in the name of somebody of Ashford: of Millbrook, a library beside it, nothing can be
 * read, counted, changed, added or taken away, and nothing that is tried tells whether something of it is there.
 */
type Row = Readonly<Record<string, unknown>>;
interface Somebody extends Intruding { readonly reach: readonly Reached[] }

let both: TwoLibraries;
let scene: Scene;
let [ashford, millbrook]: [WholeLibrary, WholeLibrary] = [] as never;
const somebody: Somebody[] = [];
/** A row of each library in each table, by the table's name. */
const [ours, theirs] = [new Map<string, Row>(), new Map<string, Row>()];

beforeAll(async () => {
  both = await openTwoLibraries();
  ({ scene, ashford, millbrook } = both);
  for (const each of both.somebody) somebody.push({ ...each, reach: await reachOf(scene, `earshot_${each.role}`) });
  for (const table of ofLibraries()) {
    ours.set(table.name, await rowOf(table, ashford));
    theirs.set(table.name, await rowOf(table, millbrook));
  }
  for (const table of alone) await scene.query(`delete from ${table} where library_id = $1`, [ashford.library.id]);
}, 60_000);
afterAll(() => both.close());

const ofLibraries = (): readonly Reached[] => (somebody[0]?.reach ?? []).filter(({ kind }) => kind === 'owned' || kind === 'inherited');
const rowOf = async ({ name }: Reached, { library }: WholeLibrary): Promise<Row> => {
  const [row] = await scene.query<{ row: Row }>(`select to_jsonb(t) as row from ${name} t where library_id = $1 limit 1`, [library.id]);
  if (row === undefined) throw new Error(`whole-library.ts puts nothing into ${name}`);
  return row.row;
};
const row = (of: ReadonlyMap<string, Row>, table: string): Row => of.get(table) ?? {};

/** For every table, and everybody. What it answers with is wrong. */
const everywhere = async (tables: (reach: readonly Reached[]) => readonly Reached[], look: (table: Reached, by: Somebody) => Promise<readonly string[]>): Promise<string[]> => {
  const wrong: string[] = [];
  for (const by of somebody) for (const table of tables(by.reach)) wrong.push(...(await look(table, by)).map((what) => `${by.who}: ${table.name}: ${what}`));
  return wrong;
};
const libraries = (reach: readonly Reached[]): readonly Reached[] => reach.filter(({ kind }) => kind === 'owned' || kind === 'inherited');
const refused = ({ code }: Outcome): boolean => code === '42501';
const changesNothing = (outcome: Outcome): boolean => refused(outcome) || (outcome.code === undefined && outcome.rows === 0);

const insert = ({ intruder }: Somebody, table: Reached, values: Row): Promise<Outcome> => {
  const columns = table.insert.map((name) => `"${name}"`).join(', ');
  const sql = table.insert.length === 0 ? `insert into ${table.name} default values` : `insert into ${table.name}(${columns}) select ${columns} from jsonb_populate_record(null::${table.name}, $1::jsonb)`;
  return intruder.try(sql, table.insert.length === 0 ? [] : [JSON.stringify(values)], ['ashford', 'millbrook', 'another']);
};
/** Like this row, and another. */
const like = (of: Row, table: Reached): Row => ({
  ...of, ...(table.key.length === 1 && table.key[0] !== undefined ? { [table.key[0]]: newId() } : {}), ...('key' in of && /^[0-9a-f-]{36}$/.test(String(of['key'])) ? { key: newId() } : {}), ...vary[table.name],
});

describe('what belongs to another library', () => {
  it('is not read, and not counted', async () => {
    expect(await everywhere(libraries, async ({ name, select }, { intruder }) => {
      if (select.length === 0) return [];
      const outcome = await intruder.try(`select 1 from ${name} where library_id = '${millbrook.library.id}'`);
      return changesNothing(outcome) ? [] : [outcome.said];
    })).toEqual([]);
  });

  it('is not changed, and not taken away', async () => {
    expect(await everywhere(libraries, async (table, { intruder }) => {
      const where = `where library_id = '${millbrook.library.id}'`;
      const tried = await Promise.all([]).then(async () => {
        const outcomes: [string, Outcome][] = [['delete', await intruder.try(`delete from ${table.name} ${where}`)]];
        for (const column of table.update) outcomes.push([`update ${column}`, await intruder.try(`update ${table.name} set "${column}" = "${column}" ${where}`)]);
        return outcomes;
      });
      return tried.filter(([, outcome]) => !changesNothing(outcome)).map(([what, { said }]) => `${what}: ${said}`);
    })).toEqual([]);
  });

  it('is not added to in its name', async () => {
    expect(await everywhere(libraries, async (table, by) => {
      const outcome = await insert(by, table, like(row(theirs, table.name), table));
      return refused(outcome) ? [] : [outcome.said];
    })).toEqual([]);
  });
});

/** Where a row of ours points at something of theirs, and where it points at nothing: the answers. */
const pointing = async (table: Reached, by: Somebody, column: string, at: string): Promise<readonly string[]> => {
  const extra = together[`${table.name}.${column}`] ?? {};
  const added = async (id: string): Promise<Outcome> => insert(by, table, { ...like(row(ours, table.name), table), ...extra, [column]: id });
  const where = table.key.map((name) => `"${name}"::text = '${String(row(ours, table.name)[name])}'`).join(' and ');
  const moved = async (id: string): Promise<Outcome> => by.intruder.try(`update ${table.name} set "${column}" = $1 where ${where}`, [id]);
  const answers = [[await added(at), await added(newId())], [await moved(at), await moved(newId())]] as const;
  return answers.flatMap(([one, other]) => (one.said === other.said ? [] : [`${column}: "${one.said}", and for nothing "${other.said}"`]));
};

describe('a row of one’s own', () => {
  it('can be added where the application adds rows at all: the rest of this would prove nothing', async () => {
    expect(await everywhere(libraries, async (table, by) => {
      if (table.insert.length === 0) return [];
      const outcome = await insert(by, table, like(row(ours, table.name), table));
      return outcome.code === undefined ? [] : [outcome.said];
    })).toEqual([]);
  });

  it('does not tell whether what it points at is there', async () => {
    const seen = new Set<string>();
    const wrong = await everywhere(libraries, async (table, by) => {
      const answers: string[] = [];
      for (const { column, to } of table.foreign) {
        const at = await theirIdIn(to, row(theirs, table.name)[column]);
        if (at === undefined) continue;
        const told_ = told[`${table.name}.${column}`] ?? told[to];
        const differs = await pointing(table, by, column, at);
        if (differs.length > 0) for (const key of [`${table.name}.${column}`, to]) seen.add(key);
        if (told_ === undefined) answers.push(...differs);
      }
      return answers;
    });
    expect(wrong).toEqual([]);
    expect(Object.keys(told).filter((key) => !seen.has(key))).toEqual([]);
  }, 60_000);

  it('does not tell what is unique elsewhere', async () => {
    expect(await everywhere(libraries, async (table, by) => {
      const answers: string[] = [];
      for (const columns of table.unique) {
        if (columns.includes('library_id') || columns.every((column) => column === 'id' || /^[0-9a-f-]{36}$/.test(String(row(theirs, table.name)[column])))) continue;
        const same = { ...like(row(ours, table.name), table), ...Object.fromEntries(columns.map((column) => [column, row(theirs, table.name)[column]])) };
        const [one, other] = [await insert(by, table, same), await insert(by, table, { ...same, ...vary[table.name] })];
        if (one.code === '23505' || one.said !== other.said) answers.push(`${columns.join()}: "${one.said}", and for nothing "${other.said}"`);
      }
      return answers;
    })).toEqual([]);
  });
});

/** What a column of theirs holds, or another row of theirs in the table that it points at. */
const theirIdIn = async (table: string, held: unknown): Promise<string | undefined> => {
  if (typeof held === 'string') return held;
  const byKind: Readonly<Record<string, string>> = { actor: millbrook.head, person: millbrook.head, post: millbrook.ids.post, profile: millbrook.ids.profile, library: millbrook.library.id };
  return (theirs.get(table)?.['id'] as string | undefined) ?? byKind[table] ?? (table === 'thread' ? (row(theirs, 'conversation')['thread_id'] as string) : undefined);
};

describe('tables of the installation', () => {
  const tables = (reach: readonly Reached[]): readonly Reached[] => reach.filter(({ kind }) => kind === 'platform');

  it('are declared, each of them', () => {
    expect(tables(somebody[0]?.reach ?? []).map(({ name }) => name)).toEqual(Object.keys(platform).sort());
  });

  it('show of another library what is declared, and no more', async () => {
    expect(await everywhere(tables, async ({ name, select }, { intruder }) => {
      const told_ = platform[name];
      if (select.length === 0 || told_ === undefined) return [];
      const outcome = await intruder.try(`select 1 from ${name} where ${told_.of(millbrook)}`);
      return told_.shown !== undefined || changesNothing(outcome) ? [] : [outcome.said];
    })).toEqual([]);
  });

  it('let nobody change, add or take away what is another’s', async () => {
    expect(await everywhere(tables, async (table, by) => {
      const where = platform[table.name]?.of(millbrook) ?? 'true';
      const outcomes: [string, Outcome][] = [['delete', await by.intruder.try(`delete from ${table.name} where ${where}`)]];
      for (const column of table.update) outcomes.push([`update ${column}`, await by.intruder.try(`update ${table.name} set "${column}" = "${column}" where ${where}`)]);
      return outcomes.filter(([, outcome]) => !changesNothing(outcome)).map(([what, { said }]) => `${what}: ${said}`);
    })).toEqual([]);
  });
});

describe('what is public, one copy for all', () => {
  it('is closed to the application and to jobs but for its views', async () => {
    expect(await everywhere((reach) => reach.filter(({ kind }) => kind === 'world'), ({ select, insert: added, update, delete: taken }) => Promise.resolve(select.length + added.length + update.length > 0 || taken ? ['is reached'] : []))).toEqual([]);
  });
});
