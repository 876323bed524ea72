import type { Scene } from './scene.js';

/** Tables in which some row holds this text in some column, whatever its type: the look that an auditor would take. */
export const tablesHolding = async (scene: Scene, text: string): Promise<readonly string[]> => {
  const tables = await scene.query<{ name: string }>(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`);
  const holding: string[] = [];
  for (const { name } of tables) {
    const rows = await scene.query(`select 1 from ${name} t where position(lower($1) in lower(to_jsonb(t)::text)) > 0 limit 1`, [text]);
    if (rows.length > 0) holding.push(name);
  }
  return holding;
};
