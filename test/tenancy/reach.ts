import type { Scene } from '../support/scene.js';

export type Kind = 'world' | 'owned' | 'inherited' | 'platform';

export interface ForeignKey {
  /** The columns that name the row, without those that the row itself says (its library, its kind). */
  readonly column: string;
  readonly to: string;
}

/** A table of the catalogue, and what a role may do with it. */
export interface Reached {
  readonly name: string;
  readonly kind: Kind;
  readonly key: readonly string[];
  readonly select: readonly string[];
  readonly insert: readonly string[];
  readonly update: readonly string[];
  readonly delete: boolean;
  readonly foreign: readonly ForeignKey[];
  /** Columns of each unique index that is on columns alone. */
  readonly unique: readonly (readonly string[])[];
}

export const reachOf = (scene: Scene, role: string): Promise<Reached[]> =>
  scene.query<Reached & Record<string, unknown>>(
    `select t.table_name as name, t.kind,
       (select array_agg(a.attname::text order by p.place) from pg_index i, unnest(i.indkey) with ordinality p(num, place), pg_attribute a
          where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = p.num) as key,
       array(select a.attname::text from pg_attribute a where ${column} and has_column_privilege($1, c.oid, a.attnum, 'select') order by a.attnum) as select,
       array(select a.attname::text from pg_attribute a where ${column} and has_column_privilege($1, c.oid, a.attnum, 'insert') order by a.attnum) as insert,
       array(select a.attname::text from pg_attribute a where ${column} and has_column_privilege($1, c.oid, a.attnum, 'update') order by a.attnum) as update,
       has_table_privilege($1, c.oid, 'delete') as delete,
       coalesce((select jsonb_agg(jsonb_build_object('column', a.attname, 'to', k.confrelid::regclass::text) order by a.attnum)
          from pg_constraint k, unnest(k.conkey) n(num), pg_attribute a
          where k.conrelid = c.oid and k.contype = 'f' and a.attrelid = c.oid and a.attnum = n.num and a.attname not in ('library_id', 'kind', 'approved_kind')), '[]') as foreign,
       coalesce((select jsonb_agg((select jsonb_agg(a.attname order by p.place) from unnest(i.indkey) with ordinality p(num, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = p.num))
          from pg_index i where i.indrelid = c.oid and i.indisunique and i.indexprs is null), '[]') as unique
     from table_kind t join pg_class c on c.oid = t.table_name::regclass order by t.table_name`,
    [role],
  );

const column = 'a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped';

/** The views, and the functions with their arguments, that a role can reach. */
export const viewsOf = async (scene: Scene, role: string): Promise<string[]> =>
  (await scene.query<{ name: string }>(`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm') and has_table_privilege($1, c.oid, 'select') order by 1`, [role])).map(({ name }) => name);

/** But for those of triggers, which nobody calls. */
export const functionsOf = async (scene: Scene, role: string): Promise<string[]> =>
  (await scene.query<{ name: string }>(
    `select p.proname as name from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype and has_function_privilege($1, p.oid, 'execute') order by 1`, [role])).map(({ name }) => name);
