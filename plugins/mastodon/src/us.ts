import type { Profile, Ref } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { callerOf, get } from './client.js';
import { accountSchema } from './documents.js';
import { globalId, profileOf, refOf } from './map-account.js';
import { hostOf, type MastodonCtx } from './settings.js';

const keptSchema = z.object({ host: z.string(), id: z.string(), uri: z.string().exactOptional() });

/** Who the account is on its server; asks it. */
export const identify = async (ctx: MastodonCtx): Promise<Profile> => {
  const host = hostOf(ctx);
  const account = await get('/api/v1/accounts/verify_credentials', accountSchema, callerOf(ctx));
  const uri = globalId(account.uri);
  await ctx.store.set('us', { host, id: account.id, ...(uri === undefined ? {} : { uri }) });
  return profileOf(account, host);
};

/** Both names of our own account, asked for once: mentions of us come by the server's own id alone. */
export const ourRef = async (ctx: MastodonCtx): Promise<Ref> => {
  const kept = keptSchema.safeParse(await ctx.store.get('us'));
  if (kept.success && kept.data.host === hostOf(ctx)) return refOf(kept.data.host, kept.data.id, kept.data.uri);
  return (await identify(ctx)).ref;
};
