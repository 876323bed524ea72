import type { BlueskyCtx } from '../settings.js';
import type { Host } from './hosts.js';

const PATH = '/xrpc/network.bsky.jetstream.getZstdDictionary';
const LARGEST = 1_000_000;
/** RFC 8878, section 5: what begins so says its id in the next four bytes. */
const MAGIC = 0xec30a437;

export interface Dictionary {
  readonly id: number;
  readonly bytes: Buffer;
}

/** The dictionary by which the host compresses, from the host itself, once a reading. Undefined where it has none: then nothing is compressed. */
export const dictionaryOf = async (host: Host, { ctx, dictionaries }: { readonly ctx: BlueskyCtx; readonly dictionaries: Map<string, Dictionary | undefined> }): Promise<Dictionary | undefined> => {
  if (!dictionaries.has(host.origin)) dictionaries.set(host.origin, await fetched(host, ctx));
  return dictionaries.get(host.origin);
};

const fetched = async ({ origin }: Host, ctx: BlueskyCtx): Promise<Dictionary | undefined> => {
  const response = await ctx.fetch(new URL(PATH, origin.replace(/^ws/, 'http')), { signal: ctx.abort });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.ok && bytes.length >= 8 && bytes.length <= LARGEST && bytes.readUInt32LE(0) === MAGIC) return { id: bytes.readUInt32LE(4), bytes };
  ctx.log.info('no dictionary is to be had, so nothing is compressed', { status: response.status });
  return undefined;
};
