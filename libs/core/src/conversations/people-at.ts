import type { Tx } from '../database/index.js';

/** Which of these actors are persons with a role at this library: any role, or one that acts. */
export const peopleAt = async (tx: Tx, libraryId: string, actorIds: readonly string[], needed: 'any' | 'acting'): Promise<ReadonlySet<string>> => {
  const rows = await tx.query<{ id: string }>(
    `select a.id from actor_scope s join actor a on a.id = s.actor_id
     where s.library_id = $1 and s.actor_id = any($2::uuid[]) and a.kind = 'person' and a.deactivated_at is null and ($3 or s.role <> 'observer')`,
    [libraryId, actorIds, needed === 'any'],
  );
  return new Set(rows.map(({ id }) => id));
};
