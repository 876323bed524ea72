import { type Holding, type RegisteredTable, register } from './register.js';

/** Columns that hold one of these. */
export const columnsOf = ({ columns }: RegisteredTable, holdings: readonly Holding[]): readonly string[] =>
  Object.entries(columns).flatMap(([name, { holds }]) => (holdings.includes(holds) ? [name] : []));

/** `text = null, html = null, …`: everything that these columns hold, taken out. */
export const emptied = (entry: RegisteredTable, holdings: readonly Holding[]): string =>
  columnsOf(entry, holdings).map((name) => `${name} = ${entry.columns[name]?.emptied}`).join(', ');

export const registeredTable = (table: string): RegisteredTable => {
  const entry = register.find((each) => each.table === table);
  if (entry === undefined) throw new Error(`${table} is not in the register`);
  return entry;
};

/** One statement a table that takes these holdings out of the rows of posts ($1), but for the posts' own rows. */
export const forgettingOfPosts = (holdings: readonly Holding[]): readonly string[] =>
  register.flatMap((entry) => (entry.ofPosts === undefined || entry.table === 'post' ? [] : forgetting(entry, entry.ofPosts, holdings)));

/** The same for the rows of profiles ($1), but for the profiles' own rows. */
export const forgettingOfProfiles = (holdings: readonly Holding[]): readonly string[] =>
  register.flatMap((entry) => (entry.ofProfiles === undefined || entry.table === 'profile' ? [] : forgetting(entry, entry.ofProfiles, holdings)));

const forgetting = (entry: RegisteredTable, rows: string, holdings: readonly Holding[]): readonly string[] => {
  if (columnsOf(entry, holdings).length === 0 && (entry.rowHolds === undefined || !holdings.includes(entry.rowHolds))) return [];
  return [entry.forget === 'delete' ? `delete from ${entry.table} t where ${rows}` : `update ${entry.table} t set ${emptied(entry, holdings)} where ${rows}`];
};

/** Where staff may have quoted or named somebody: rows around posts, or around profiles ($1), with the columns as text. */
export const quotables = register.flatMap((entry) => {
  const columns = columnsOf(entry, ['quotable']);
  const rows = entry.ofPosts ?? entry.ofProfiles;
  return columns.length === 0 || rows === undefined ? [] : [{ table: entry.table, of: entry.ofPosts === undefined ? ('profiles' as const) : ('posts' as const), key: entry.key, columns, rows, conversation: entry.conversation ?? 't.conversation_id', approval: entry.approval ?? 'null' }];
});
export type Quotable = (typeof quotables)[number];
