import { z } from 'zod';
import { callerOf, getIfKnown } from './client.js';
import { relationSchema } from './documents.js';
import type { MastodonCtx } from './settings.js';

export type Relation = z.output<typeof relationSchema>;

/** How our account and these stand to each other, by the server's own ids of them; `undefined` where the server does not say. */
export const relationsTo = async (ids: readonly string[], ctx: MastodonCtx): Promise<ReadonlyMap<string, Relation> | undefined> => {
  const relations = await getIfKnown('/api/v1/accounts/relationships', z.array(relationSchema), callerOf(ctx), { 'id[]': ids });
  return relations === undefined ? undefined : new Map(relations.map((relation) => [relation.id, relation]));
};
