import { isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type AtUri } from './refs.js';
import { errorOf, isAbsent, isNoRecord, unknownOutcome } from './remote-errors.js';
import { askSignedIn } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { type Asked, type Call, hostOf } from './xrpc.js';

const foundSchema = z.object({ uri: z.string(), cid: z.string().optional(), value: z.unknown() });
export type FoundRecord = z.output<typeof foundSchema>;

/** Asks for a change. Once it may have arrived, anything but a clear answer is `outcome-unknown`. */
const write = async (ctx: BlueskyCtx, call: Call): Promise<Asked> => {
  const host = hostOf(ctx.settings.service);
  try {
    const asked = await askSignedIn(ctx, call);
    if (asked.failure !== undefined && asked.failure.status >= 500) throw unknownOutcome(host, errorOf(asked.failure, ctx.now()));
    return asked;
  } catch (error) {
    if (isRemoteError(error) && !['unreachable', 'invalid-data'].includes(error.kind)) throw error;
    throw unknownOutcome(host, error);
  }
};

/**
 * Puts a record where none is: `put` where it was, `there` where something stood under that name already.
 * NOTE: `swapRecord: null` is putRecord's "only if there is none yet" (packages/pds, seen 2026-11-26); createRecord answers a taken key with a 500.
 */
export const putNew = async (ctx: BlueskyCtx, { did, collection, rkey }: AtUri, record: object): Promise<'put' | 'there'> => {
  const { failure } = await write(ctx, { nsid: 'com.atproto.repo.putRecord', body: { repo: did, collection, rkey, record, swapRecord: null } });
  if (failure === undefined) return 'put';
  if (failure.name === 'InvalidSwap') return 'there';
  throw errorOf(failure, ctx.now());
};

/** A record of our own repository, as the server has it that holds it; undefined where there is none. */
export const ownRecord = async (ctx: BlueskyCtx, { did, collection, rkey }: AtUri): Promise<FoundRecord | undefined> => {
  const asked = await askSignedIn(ctx, { nsid: 'com.atproto.repo.getRecord', params: { repo: did, collection, rkey } });
  if (asked.failure !== undefined && isNoRecord(asked.failure)) return undefined;
  if (asked.failure !== undefined) throw errorOf(asked.failure, ctx.now());
  const found = foundSchema.safeParse(asked.body);
  if (!found.success) throw unknownOutcome(hostOf(ctx.settings.service), undefined);
  return found.data;
};

/** Whether a record is in our own repository. */
export const isThere = async (ctx: BlueskyCtx, place: AtUri): Promise<boolean> => (await ownRecord(ctx, place)) !== undefined;

/** Deletes a record; one that is gone already is deleted. */
export const remove = async (ctx: BlueskyCtx, { did, collection, rkey }: AtUri): Promise<void> => {
  const { failure } = await write(ctx, { nsid: 'com.atproto.repo.deleteRecord', body: { repo: did, collection, rkey } });
  if (failure !== undefined && !isAbsent(failure)) throw errorOf(failure, ctx.now());
};
