import { isRemoteError, type SourceEvent } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { callerOf, getIfKnown } from './client.js';
import { instanceFor } from './instance.js';
import { PAGE } from './look.js';
import type { MastodonCtx } from './settings.js';

/** That it is unread, and nothing else: who writes to the library in private, and what, is not read. */
const conversationsSchema = z.array(z.object({ unread: z.boolean().catch(false) }));

const conversations = async (ctx: MastodonCtx): Promise<z.output<typeof conversationsSchema> | undefined> => {
  try {
    return await getIfKnown('/api/v1/conversations', conversationsSchema, callerOf(ctx), { limit: PAGE });
  } catch (error) {
    // Their number is an extra: where it is not to be had, mentions are heard all the same.
    if (isRemoteError(error) && ['rejected', 'invalid-data'].includes(error.kind)) return undefined;
    throw error;
  }
};

/** How many conversations wait in which somebody wrote to our account in private; `undefined` where the server does not tell. */
export const waitingFor = async (ctx: MastodonCtx): Promise<SourceEvent | undefined> => {
  const told = await conversations(ctx);
  if (told === undefined) return undefined;
  // Mastodon's own page for them; others have theirs elsewhere, behind the first one.
  const { versioned } = await instanceFor(callerOf(ctx));
  const page = new URL(versioned ? '/conversations' : '/', ctx.settings.server);
  return { kind: 'waiting', conversations: told.filter(({ unread }) => unread).length, url: page.href };
};
