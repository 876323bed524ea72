import { isRemoteError, type Profile, type Ref, RemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { ask, callerOf, demandSuccess, getIfKnown, read } from './client.js';
import { type AccountDocument, accountSchema } from './documents.js';
import { globalId, profileOf, refOf } from './map-account.js';
import { hostOf, type MastodonCtx } from './settings.js';

const keptSchema = z.object({ host: z.string(), id: z.string(), uri: z.string().exactOptional() });

/** snac answers 422 where it does not know a token. There is nothing else that this question could be refused for. */
const credentials = async (ctx: MastodonCtx): Promise<AccountDocument> => {
  const caller = callerOf(ctx);
  const answer = await ask('/api/v1/accounts/verify_credentials', caller);
  if ([400, 403, 422].includes(answer.status)) throw new RemoteError('auth', `${hostOf(ctx)} does not know us any more (${answer.status}): sign in again.`, { host: hostOf(ctx) });
  return read(accountSchema, demandSuccess(answer, caller), caller);
};

/** Who the account is on its server; asks it. */
export const identify = async (ctx: MastodonCtx): Promise<Profile> => {
  const host = hostOf(ctx);
  const told = await credentials(ctx);
  // snac tells everybody's global id but here; without it our own posts would be a stranger's.
  const account = globalId(told.uri) === undefined ? ((await getIfKnown(`/api/v1/accounts/${encodeURIComponent(told.id)}`, accountSchema, callerOf(ctx))) ?? told) : told;
  const uri = globalId(account.uri);
  await ctx.store.set('us', { host, id: account.id, ...(uri === undefined ? {} : { uri }) });
  return profileOf(account, host);
};

/** A refusal while nobody knows us is no refusal of what was asked for: throws `auth` instead. */
export const explained = async (error: unknown, ctx: MastodonCtx): Promise<unknown> => {
  if (!isRemoteError(error) || error.kind !== 'rejected' || ctx.abort.aborted) return error;
  try {
    await credentials(ctx);
    return error;
  } catch (reason) {
    return isRemoteError(reason) && reason.kind === 'auth' ? reason : error;
  }
};

/** Both names of our own account, asked for once: mentions of us come by the server's own id alone. */
export const ourRef = async (ctx: MastodonCtx): Promise<Ref> => {
  const kept = keptSchema.safeParse(await ctx.store.get('us'));
  if (kept.success && kept.data.host === hostOf(ctx)) return refOf(kept.data.host, kept.data.id, kept.data.uri);
  return (await identify(ctx)).ref;
};
