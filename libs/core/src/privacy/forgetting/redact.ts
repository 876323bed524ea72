import type { Tx } from '../../database/index.js';
import { type Quotable, quotables } from '../register/statements.js';

type Row = Readonly<Record<string, string | null>>;

/** Takes words of others out of what staff wrote. */
export type Redact = (written: string) => string;

export interface Redacted {
  readonly rows: number;
  readonly conversations: readonly string[];
}

/**
 * Goes through all that staff wrote around these posts, or of these profiles, and writes what `redact` leaves of it. An approval of a reply
 * that changes is void: its giver read another text.
 */
export const redactAround = async (tx: Tx, of: { readonly posts?: readonly string[]; readonly profiles?: readonly string[] }, redact: Redact): Promise<Redacted> => {
  let rows = 0;
  const conversations = new Set<string>();
  for (const quotable of quotables) {
    const ids = quotable.of === 'posts' ? of.posts : of.profiles;
    if (ids === undefined || ids.length === 0) continue;
    for (const changed of await redactTable(tx, quotable, ids, redact)) {
      rows++;
      if (changed !== null) conversations.add(changed);
    }
  }
  await touch(tx, [...conversations]);
  return { rows, conversations: [...conversations] };
};

const redactTable = async (tx: Tx, { table, key, columns, rows, of, ...at }: Quotable, ids: readonly string[], redact: Redact): Promise<(string | null)[]> => {
  const conversation = of === 'posts' ? `(${at.conversation})::text` : 'null';
  const found = await tx.query<Row>(
    `select ${key.map((name) => `t.${name}::text as "key ${name}"`).join(', ')}, ${columns.map((name) => `t.${name}::text as "${name}"`).join(', ')}, ${conversation} as "in conversation", (${at.approval})::text as "approval of"
     from ${table} t where ${rows} for update`, [ids]);
  const touched: (string | null)[] = [];
  for (const row of found) {
    const changes = columns.flatMap((name) => {
      const [before] = [row[name] ?? null];
      const after = before === null ? null : redact(before);
      return after === before ? [] : [{ name, after }];
    });
    if (changes.length === 0) continue;
    const keys = key.map((name) => row[`key ${name}`]);
    const whole = changes.map(({ name }, index) => `${name} = ${cast(table, name, `$${keys.length + index + 1}`)}`).join(', ');
    const approval = row['approval of'] ?? null;
    if (approval !== null) await voidApproval(tx, approval);
    // Two tags may become one.
    if (table === 'tag') await tx.query('delete from tag where conversation_id = $1 and name = $2', [keys[0], changes[0]?.after]);
    await tx.query(`update ${table} t set ${whole} where ${key.map((name, index) => `t.${name} = $${index + 1}`).join(' and ')}`, [...keys, ...changes.map(({ after }) => after)]);
    touched.push(row['in conversation'] ?? null);
  }
  return touched;
};

const cast = (table: string, column: string, parameter: string): string => (table === 'timeline' && column === 'detail' ? `${parameter}::jsonb` : parameter);

const voidApproval = async (tx: Tx, reply: string): Promise<void> => {
  const [voided] = await tx.query<{ library_id: string; conversation_id: string; version: number }>(
    `update reply set state = 'draft', approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null, version = version + 1, changed_at = now()
     where id = $1 and state = 'approved' returning library_id, conversation_id, version`, [reply]);
  if (voided === undefined) return;
  await tx.query(`insert into timeline(id, library_id, conversation_id, kind, detail) values (gen_random_uuid(), $1, $2, 'approval-voided', $3)`, [
    voided.library_id, voided.conversation_id, JSON.stringify({ reply, because: 'redacted' }),
  ]);
  tx.hint({ kind: 'reply', id: reply, library: voided.library_id, version: voided.version });
};

/** Their versions step, so that whoever shows them reads again. */
export const touch = async (tx: Tx, conversations: readonly string[]): Promise<void> => {
  if (conversations.length === 0) return;
  const rows = await tx.query<{ id: string; library_id: string; version: number }>(
    'update conversation c set version = c.version from (select id from conversation where id = any($1::uuid[]) order by id for update) o where c.id = o.id returning c.id, c.library_id, c.version', [conversations]);
  for (const row of rows) tx.hint({ kind: 'conversation', id: row.id, library: row.library_id, version: row.version });
};
