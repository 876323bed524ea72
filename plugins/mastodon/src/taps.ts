import type { Target } from '@earshot/plugin-sdk';
import { RemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { notificationSchema } from './documents.js';
import { accountIdOf } from './local-ids.js';
import { hostOf, type MastodonCtx } from './settings.js';

/** Where the statuses of a target are read. */
export interface Tap {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What the server's stream of the same is called, and its parameters; absent where nothing streams it. */
  readonly stream?: Readonly<Record<string, string>>;
  /** The status in an item of the page; `undefined` where the item tells something else. */
  readonly statusIn: (item: unknown) => unknown;
}

const asItIs = (item: unknown): unknown => item;

/** A notification that somebody mentions us, and nothing else: follows and favourites are no words. */
const mentionIn = (item: unknown): unknown => {
  const read = notificationSchema.safeParse(item);
  return read.success && read.data.type === 'mention' ? (read.data.status ?? undefined) : undefined;
};

const idSchema = z.object({ id: z.union([z.string().min(1).max(1_000), z.int().transform(String)]) });

/** The id by which the page is turned: of the notification, not of its status. */
export const idIn = (item: unknown): string | undefined => idSchema.safeParse(item).data?.id;

export const listIdOf = (key: string, host: string): string | undefined => (key.startsWith(`${host}/`) ? key.slice(host.length + 1) : undefined);

/** @throws {RemoteError} `rejected` where this server cannot read it. */
export const tapOf = async ({ kind, key, label }: Target, ctx: MastodonCtx): Promise<Tap> => {
  const host = hostOf(ctx);
  if (kind === 'hashtag') return { path: `/api/v1/timelines/tag/${encodeURIComponent(key)}`, query: {}, statusIn: asItIs };
  if (kind === 'timeline') return { path: '/api/v1/timelines/home', query: {}, stream: { stream: 'user' }, statusIn: asItIs };
  if (kind === 'mentions') return { path: '/api/v1/notifications', query: { 'types[]': 'mention' }, stream: { stream: 'user:notification' }, statusIn: mentionIn };
  if (kind === 'list') {
    const id = listIdOf(key, host);
    if (id === undefined) throw new RemoteError('rejected', `The list "${label}" is on another server than ${host}.`, { host });
    return { path: `/api/v1/timelines/list/${encodeURIComponent(id)}`, query: {}, stream: { stream: 'list', list: id }, statusIn: asItIs };
  }
  const id = await accountIdOf(key, ctx);
  if (id === undefined) throw new RemoteError('rejected', `${host} does not find the account ${label}.`, { host });
  return { path: `/api/v1/accounts/${encodeURIComponent(id)}/statuses`, query: { exclude_reblogs: 'true' }, statusIn: asItIs };
};
