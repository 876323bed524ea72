import type { Scene } from '../support/scene.js';

/** Of each table a hash over what is a library's there, and over what it hears. When a token was last used, and how long something is kept, is not theirs to say. */
export type Fingerprint = Readonly<Record<string, string>>;

const unowned = `'{keep_until,kept_as,words_until,last_used_at}'::text[]`;
const heard = (column: string): string => `${column} in (select thread_id from conversation where library_id = $1)`;
const ofTheWorld: Readonly<Record<string, string>> = {
  library: 'id = $1',
  thread: heard('id'),
  post: heard('thread_id'),
  profile: `id in (select author_id from post where ${heard('thread_id')})`,
  finding: `post_id in (select id from post where ${heard('thread_id')})`,
  actor: 'id in (select actor_id from actor_role where library_id = $1)',
  person: 'actor_id in (select actor_id from actor_role where library_id = $1)',
  session: 'actor_id in (select actor_id from actor_role where library_id = $1)',
};

export const fingerprintOf = async (scene: Scene, libraryId: string): Promise<Fingerprint> => {
  const owned = await scene.query<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'library_id' and table_name in (select tablename from pg_tables where schemaname = 'public')`);
  const wheres = { ...ofTheWorld, ...Object.fromEntries(owned.map(({ name }) => [name, 'library_id = $1'])) };
  const hashes = Object.entries(wheres).map(([name, where]) => `select '${name}' as name, md5(coalesce(string_agg(row, '|' order by row), '')) as hash from (select (to_jsonb(t) - ${unowned})::text as row from ${name} t where ${where}) rows`);
  return Object.fromEntries((await scene.query<{ name: string; hash: string }>(hashes.join(' union all '), [libraryId])).map(({ name, hash }) => [name, hash]));
};
