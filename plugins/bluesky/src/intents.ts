import { isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import type { Intent } from './refusals.js';
import { isAbsent } from './remote-errors.js';
import { dataServerIn } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { ask } from './xrpc.js';

const AT_ONCE = 5;
const LARGEST_DOCUMENT = 100_000;

/** bluesky-social/proposals 0008, and the name under which its demonstration keeps the same record. */
const collections = ['org.user-intents.declaration', 'org.user-intents.demo.declaration'];

const declarationSchema = z.object({ value: z.object({ syntheticContentGeneration: z.object({ allow: z.boolean().optional() }).optional() }) });

const documentOf = (did: string, { directory }: BlueskyCtx['settings']): string | undefined => {
  if (did.startsWith('did:plc:')) return new URL(`/${did}`, directory).href;
  const [, host] = /^did:web:([a-z0-9.-]+)$/i.exec(did) ?? [];
  return host === undefined ? undefined : `https://${host}/.well-known/did.json`;
};

/** Where somebody's records are, as their own document says. */
const dataServerOf = async (did: string, ctx: BlueskyCtx): Promise<string | undefined> => {
  const address = documentOf(did, ctx.settings);
  if (address === undefined) return undefined;
  const response = await ctx.fetch(address, { headers: { accept: 'application/json' }, signal: ctx.abort });
  const text = await response.text();
  return response.ok && text.length <= LARGEST_DOCUMENT ? dataServerIn(JSON.parse(text), ctx.settings.directory) : undefined;
};

const intentOf = async (did: string, ctx: BlueskyCtx): Promise<Intent> => {
  try {
    const server = await dataServerOf(did, ctx);
    if (server === undefined) return 'unknown';
    for (const collection of collections) {
      const asked = await ask(ctx, server, { nsid: 'com.atproto.repo.getRecord', params: { repo: did, collection, rkey: 'self' } });
      if (asked.failure !== undefined && !isAbsent(asked.failure)) return 'unknown';
      if (asked.failure !== undefined) continue;
      const read = declarationSchema.safeParse(asked.body);
      if (!read.success) return 'unknown';
      if (read.data.value.syntheticContentGeneration?.allow === false) return 'disallowed';
    }
    return 'not-disallowed';
  } catch (error) {
    // Our own pause is no word of theirs: the whole question is asked again later.
    if (ctx.abort.aborted || (isRemoteError(error) && error.kind === 'rate-limited')) throw error;
    return 'unknown';
  }
};

/** What these people declare, each asked at their own data server. */
export const intentsOf = async (dids: readonly string[], ctx: BlueskyCtx): Promise<ReadonlyMap<string, Intent>> => {
  const found = new Map<string, Intent>();
  for (let at = 0; at < dids.length; at += AT_ONCE) {
    const some = dids.slice(at, at + AT_ONCE);
    const answers = await Promise.all(some.map((did) => intentOf(did, ctx)));
    for (const [index, did] of some.entries()) found.set(did, answers[index] ?? 'unknown');
  }
  return found;
};
