import { readFile } from 'node:fs/promises';
import type { Batch, OpenChannel, SourceEvent } from '@earshot/plugin-sdk';
import type { FeedCursor } from '../cursor.js';
import type { FeedsCtx } from '../settings.js';
import { feedsSource } from '../source.js';

export const NOW = new Date('2026-03-12T12:00:00Z');

export const fixture = (path: string): Promise<Buffer<ArrayBuffer>> => readFile(new URL(`../../fixtures/${path}`, import.meta.url)) as Promise<Buffer<ArrayBuffer>>;

export type Site = Readonly<Record<string, (headers: Headers) => Response | Promise<Response>>>;

/** A document as a site serves it. */
export const serves = (body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/xml' }) => (): Response => new Response(body, { headers });

export interface FakeCtx extends FeedsCtx {
  readonly asked: string[];
  readonly logged: string[];
}

/** A context whose network is `site`: what is not in it answers 404. */
export const fakeCtx = (site: Site, changes: Partial<FeedsCtx> = {}): FakeCtx => {
  const kept = new Map<string, unknown>();
  const asked: string[] = [];
  const logged: string[] = [];
  return {
    settings: { pollMinutes: 15, maxBytes: 5_000_000, requestSeconds: 30, includeComments: true },
    secrets: { read: () => ({}), replace: () => Promise.resolve() },
    fetch: async (input, init) => {
      const url = String(input);
      asked.push(url);
      return (await site[url]?.(new Headers(init?.headers))) ?? new Response('not here', { status: 404 });
    },
    connect: () => Promise.reject(new Error('feeds open no sockets')),
    store: {
      get: (key) => Promise.resolve(structuredClone(kept.get(key))),
      set: (key, value) => Promise.resolve(void kept.set(key, structuredClone(value))),
    },
    log: { info: (message) => void logged.push(message), warn: (message) => void logged.push(message) },
    progress: () => undefined,
    now: () => NOW,
    abort: new AbortController().signal,
    asked,
    logged,
    ...changes,
  };
};

export const channelOf = (url: string, cursor?: FeedCursor): OpenChannel<FeedCursor> => {
  const [channel] = feedsSource.plan([{ kind: 'feed', key: url, label: url }]);
  if (channel === undefined) throw new Error(`no channel for ${url}`);
  return { ...channel, ...(cursor === undefined ? {} : { cursor }), changes: (async function* none() {})() };
};

export const collect = async <C>(batches: AsyncIterable<Batch<C>>): Promise<{ readonly batches: readonly Batch<C>[]; readonly events: readonly SourceEvent[]; readonly cursor: C | undefined }> => {
  const all: Batch<C>[] = [];
  for await (const batch of batches) all.push(batch);
  return { batches: all, events: all.flatMap(({ events }) => events), cursor: all.findLast(({ cursor }) => cursor !== undefined)?.cursor };
};

export const read = (url: string, ctx: FeedsCtx, cursor?: FeedCursor) => collect(feedsSource.read(channelOf(url, cursor), ctx));

export const postsIn = (events: readonly SourceEvent[]) => events.flatMap((event) => (event.kind === 'post' ? [event.post] : []));
