import { mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryResultRow } from 'pg';
import { askDatabase } from './ask-database.js';
import { EarshotProcess } from './earshot-process.js';

/** What whoever administers the machine does by the `earshot` command with follows, searches and what is forgotten, beside an Earshot that listens. */
let folder: string;
let data: string;
let demo: EarshotProcess;
const processes = new Set<EarshotProcess>();

const start = (words: readonly string[]): EarshotProcess => {
  const started = new EarshotProcess(words, { EARSHOT_DATA: data }, folder);
  processes.add(started);
  return started;
};
const run = async (...words: readonly string[]): Promise<{ readonly code: number | string | null; readonly said: string }> => {
  const started = start(words);
  return { code: await started.end(), said: started.said };
};
const ask = async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row> => {
  const row = await askDatabase<Row>(data, sql, values);
  if (row === undefined) throw new Error('there is no such row');
  return row;
};
const sizeOf = async (list: string): Promise<number | undefined> =>
  (await askDatabase<{ size: number }>(data, 'select (select count(*)::int from follow f where f.list_id = l.id and f.removed_at is null) as size from follow_list l where l.removed_at is null and l.name = $1', [list]))?.size;
const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-follow-')));
  data = join(folder, 'data');
  demo = start(['demo']);
  await demo.until(/Ctrl-C ends it/);
}, 120_000);
afterEach(async () => {
  for (const each of processes) if (each !== demo) await each.kill();
});
afterAll(async () => {
  if (demo.child.exitCode === null) demo.interrupt();
  await demo.end();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

describe('follow lists', () => {
  const facts = ['--list', 'Clubs', '--library', 'ashford', '--category', 'organisation', '--map', 'target=Web site'];

  it('are shown before anything is followed, come in with a report of what was refused, and leave nothing behind where nothing came', async () => {
    const table = await file('clubs.csv', 'Name,Web site,Why\nBrewers,@alderbrewers,they brew\nHome brew,#homebrew,\nNobody,@nobody_here,gone\n,,\n');
    const shown = await run('lists', 'import', table, ...facts, '--preview');
    expect(shown).toMatchObject({ code: 0, said: expect.stringMatching(/^2 {2}will be added {2}@alderbrewers$/m) });
    expect(shown.said).toMatch(/^4 {2}refused {2}@nobody_here {2}Nothing that could be followed/m);
    expect(shown.said).toMatch(/Nothing was followed: this was a preview\. 1 would be added, 0 are there already, 2 are refused\./);
    expect(await sizeOf('Clubs')).toBeUndefined();

    const report = join(folder, 'refused.csv');
    const brought = await run('lists', 'import', table, ...facts, '--reason', 'clubs of the town', '--report', report, '--strict');
    expect(brought).toMatchObject({ code: 1, said: expect.stringContaining('2 added, 0 there already, 1 refused.') });
    expect(await sizeOf('Clubs')).toBe(2);
    expect((await readFile(report, 'utf8')).split('\n')).toEqual(['line,text,outcome,why,what to do', expect.stringMatching(/^4,@nobody_here,refused,/), '']);
  }, 120_000);

  it('say what is wrong with a document that cannot be read, and do nothing', async () => {
    const table = await file('columns.csv', 'Foo,Bar\n1,2\n');
    expect(await run('lists', 'import', table, '--list', 'Wrong', '--library', 'ashford')).toEqual({ code: 1, said: 'columns.csv, line 1: No column says what to follow. The first row has: 1 "Foo", 2 "Bar". Say which column means what. As in --map target="Web site".\n' });
    expect(await sizeOf('Wrong')).toBeUndefined();
  }, 120_000);

  it('are given away without persons, and come in again whole', async () => {
    const given = join(folder, 'given.json');
    expect(await run('lists', 'export', 'Ashford', '--library', 'larch-county', '--to', given)).toMatchObject({ code: 0, said: expect.stringMatching(/^7 left out: They are people\.$/m) });
    const { follows } = JSON.parse(await readFile(given, 'utf8')) as { follows: readonly { category: string }[] };
    expect(follows.filter(({ category }) => category === 'person')).toEqual([]);
    expect(await run('lists', 'import', given, '--list', 'Given', '--library', 'millbrook')).toMatchObject({ code: 0, said: expect.stringContaining(`${follows.length} added, 0 there already, 0 refused.`) });
    expect(await ask('select sources -> 0 ->> $1 as library from follow_list where name = $2', ['library', 'Given'])).toEqual({ library: 'Larch County Libraries' });
  }, 120_000);

  it('go on to their end where whoever reads them leaves', async () => {
    const lines = await file('lines.txt', Array.from({ length: 300 }, (_, n) => `#${'long'.repeat(60)}${n}`).join('\n'));
    const previewing = start(['lists', 'import', lines, '--list', 'Long', '--library', 'ashford', '--reason', 'x', '--category', 'other', '--preview']);
    previewing.child.stdout?.destroy();
    expect(await previewing.end()).toBe(0);
    expect(previewing.said).toContain('300 would be added');
    expect(await sizeOf('Long')).toBeUndefined();
  }, 120_000);
});

describe('a follow', () => {
  it('begins and ends at once, and what cannot be followed is an error that leaves no list', async () => {
    const facts = ['--library', 'ashford', '--reason', 'what the town reads', '--category', 'media'];
    const [followed, refused] = await Promise.all([run('follow', '#cellars', '--list', 'Papers', ...facts), run('follow', '@nobody_here', '--list', 'None', ...facts)]);
    expect(followed).toMatchObject({ code: 0, said: expect.stringContaining('Follows: #cellars') });
    expect(refused).toMatchObject({ code: 1, said: expect.stringMatching(/^Refused: @nobody_here: Nothing that could be followed/m) });
    expect([await sizeOf('Papers'), await sizeOf('None')]).toEqual([1, undefined]);
    expect((await run('lists', 'show', 'Papers', '--library', 'ashford')).said).toBe('cellars  #cellars  media  what the town reads\n');
    expect(await run('unfollow', '#cellars', '@nobody_here', '--library', 'ashford')).toMatchObject({ code: 1, said: expect.stringMatching(/^Follows no more: #cellars, on the list "Papers"$[^]*^Not followed: @nobody_here\./m) });
    expect(await sizeOf('Papers')).toBe(0);
  }, 120_000);
});

describe('what was heard', () => {
  it('is told account by account, of one library or all', async () => {
    const { name } = await ask<{ name: string }>(`select a.name from account a join library l on l.id = a.library_id where l.handle = 'larch-county' and a.plugin = 'practice'`);
    expect(await run('coverage', '--library', 'larch-county')).toMatchObject({ code: 0, said: expect.stringMatching(new RegExp(`^Larch County.* \\(larch-county\\)\\n {2}${name} \\(practice\\): (posts )?complete from .* until `)) });
    expect(await run('coverage', name)).toMatchObject({ code: 0, said: expect.stringMatching(/^ {4}\S.*: complete from /m) });
    expect(await run('coverage', 'nothing')).toEqual({ code: 1, said: 'There is no account "nothing"; `earshot account list` shows them.\n' });
  }, 120_000);
});

describe('a search', () => {
  it('is tried, saved and ended; a fault is shown where it is', async () => {
    const [tried, faulty] = await Promise.all([run('search', 'test', '-"for sale" (cellar OR wine)', '--library', 'ashford', '--days', '30'), run('search', 'test', '(cellar OR', '--library', 'ashford')]);
    expect(tried).toMatchObject({ code: 0, said: expect.stringMatching(/Found in 30 days: [1-9]\d* of \d+ posts\.[^]*Not heard:/) });
    expect(faulty).toEqual({ code: 1, said: 'Line 1, character 1: This parenthesis is not closed.\n  (cellar OR\n  ^\nWhat could stand there: a parenthesis that closes.\n' });
    expect(await run('search', 'add', 'Cellars', 'cellar', '--reason', 'asked for often', '--library', 'ashford')).toEqual({ code: 0, said: 'Saved: Cellars\n' });
    expect(await ask(`select text, does, removed_at from saved_search where name = 'Cellars'`)).toEqual({ text: 'cellar', does: 'raise', removed_at: null });
    expect(await run('search', 'remove', 'cellars', '--library', 'ashford')).toEqual({ code: 0, said: 'Ended: Cellars\n' });
    expect(await ask(`select removed_at is not null as ended from saved_search where name = 'Cellars'`)).toEqual({ ended: true });
  }, 120_000);
});

describe('what is known of people', () => {
  it('is told: why a post is here, and why another is not', async () => {
    const [kept, dropped] = await Promise.all([run('why', 'https://ashford.example/posts/blue-cover.4'), run('why', 'https://ashford.example/posts/two-am.2')]);
    expect(kept).toMatchObject({ code: 0, said: expect.stringMatching(/^Ashford Public Library hears it because Dry Dock Books \(@drydockbooks\) is followed \(.+\), on the list "Ashford"\.$/m) });
    expect(dropped).toMatchObject({ code: 0, said: expect.stringMatching(/^Not kept: nothing that is followed lets it in/m) });
  }, 120_000);

  it('is handed out, and for nobody else to read', async () => {
    const path = join(folder, 'known.json');
    expect((await run('export', 'person', '@drydockbooks', '--to', path)).code).toBe(0);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const known = JSON.parse(await readFile(path, 'utf8')) as { profile: readonly { handle: string }[]; post: readonly unknown[] };
    expect(known.profile.map(({ handle }) => handle)).toEqual(['@drydockbooks']);
    expect(known.post.length).toBeGreaterThan(0);
  }, 120_000);

  it('is erased after a preview, for ever: what the town still tells of them does not come in', async () => {
    const handle = '@drydockbooks';
    const posts = async (): Promise<number> => (await ask<{ posts: number }>('select count(*)::int as posts from post p join profile r on r.id = p.author_id where r.handle = $1', [handle])).posts;
    expect(await run('erase', handle)).toMatchObject({ code: 0, said: expect.stringMatching(/^ {2}post {11}[1-9]\d*$[^]*Nothing was done\. With --yes all of it is erased/m) });
    expect(await posts()).toBeGreaterThan(0);
    expect(await run('erase', handle, '--yes')).toMatchObject({ code: 0, said: expect.stringMatching(/^Erased\. Receipt [0-9a-f-]{36} of .+: [1-9]\d* posts?; .* \d follows? ended\.$/m) });
    expect(await posts()).toBe(0);
    // The network still tells of it, and it is judged as if it came by now.
    expect((await run('why', 'https://ashford.example/posts/blue-cover.4')).said).toMatch(/^Not kept: it was let go of, deleted or erased before, and does not come in again\.$/m);
  }, 120_000);

  it('goes when its time is over, told before', async () => {
    await ask(`update conversation set keep_until = now() - interval '1 day' where id in (select c.id from conversation c join library l on l.id = c.library_id where l.handle = 'ashford' and c.merged_into is null order by c.last_post_at limit 20) returning id`);
    const shown = await run('retention', '--preview', '--library', 'ashford');
    expect(shown).toMatchObject({ code: 0, said: expect.stringMatching(/^Ashford Public Library: Tonight \d+ posts? in [1-9]\d* conversations? go\.$[^]*^The night ends on .+ at 05:00 \(UTC\)\.$/m) });
    expect((await run('retention', '--now', '--library', 'ashford')).said).toMatch(/^Ashford Public Library: let go of \d+ posts? in [1-9]\d* conversations?\.$/m);
    expect(await ask('select count(*)::int as left from conversation where keep_until < now()')).toEqual({ left: 0 });
  }, 120_000);
});

it('says of a command that is none which there are', async () => {
  expect(await run('folow')).toEqual({ code: 1, said: 'Earshot cannot go on (BAD_SETTINGS): There is no command "folow".\n  What to do: `earshot --help` shows them all.\n' });
});
