import { RemoteError, type Target } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { callerOf, get } from './client.js';
import { accountSchema, notificationSchema } from './documents.js';
import type { Relations } from './followed.js';
import { instanceFor } from './instance.js';
import { accountIdOf } from './local-ids.js';
import { relationsTo } from './relations.js';
import { hostOf, type MastodonCtx } from './settings.js';

/** Where the statuses of a target are read. */
export interface Tap {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What the server's stream of the same is called, and its parameters; absent where nothing streams it. */
  readonly stream?: Readonly<Record<string, string>>;
  /** Its page is what a search found. */
  readonly isSearch?: true;
  /** Only what is by people whom our account follows is told: see followed.ts. */
  readonly ofFollowed?: Relations;
  /** Everything here mentions us. */
  readonly forUs?: true;
  /** Kept in the cursor, so that a profile's way is asked for once. */
  readonly through?: 'home';
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

/** Names whom our account on a server follows: a list like its others. */
export const homeKeyOf = (host: string): string => `${host}/home`;

/** Names what the people of a server say there in public. */
export const localKeyOf = (host: string): string => `${host}/local`;

/**
 * From 4.5 on a server may keep a timeline for those of its people who have a role for it, and shows all others an empty one: that is no silence.
 *
 * @throws {RemoteError} `rejected`
 */
const open = async (tap: Tap, which: 'local' | 'hashtags', label: string, ctx: MastodonCtx): Promise<Tap> => {
  const caller = callerOf(ctx);
  const { closed } = await instanceFor(caller);
  if (!closed[which] || (await get(tap.path, z.array(z.unknown()), caller, { ...tap.query, limit: '1' })).length > 0) return tap;
  throw new RemoteError('rejected', `${hostOf(ctx)} shows ${label} to nobody like our account: follow profiles instead.`, { host: hostOf(ctx) });
};

/** @throws {RemoteError} `rejected` where this server cannot read it. */
export const tapOf = async ({ kind, key, label }: Target, ctx: MastodonCtx, through?: 'own' | 'home'): Promise<Tap> => {
  const host = hostOf(ctx);
  if (kind === 'hashtag') return open({ path: `/api/v1/timelines/tag/${encodeURIComponent(key)}`, query: {}, stream: { stream: 'hashtag', tag: key }, statusIn: asItIs }, 'hashtags', 'hashtags', ctx);
  if (kind === 'search') return { path: '/api/v2/search', query: { q: key, type: 'statuses' }, isSearch: true, statusIn: asItIs };
  if (kind === 'timeline' && key === localKeyOf(host)) return open({ path: '/api/v1/timelines/public', query: { local: 'true' }, stream: { stream: 'public:local' }, statusIn: asItIs }, 'local', 'its local timeline', ctx);
  if (kind === 'timeline') throw new RemoteError('rejected', `"${label}" is on another server than ${host}.`, { host });
  // 4.3 on: whoever is new there, or whom nobody follows, may be kept from an account's notifications; a library hears them all.
  if (kind === 'mentions') return { path: '/api/v1/notifications', query: { 'types[]': 'mention', include_filtered: 'true' }, stream: { stream: 'user:notification' }, forUs: true, statusIn: mentionIn };
  if (kind === 'list' && key === homeKeyOf(host)) return { path: '/api/v1/timelines/home', query: {}, stream: { stream: 'user' }, ofFollowed: new Map(), statusIn: asItIs };
  if (kind === 'list') {
    const id = listIdOf(key, host);
    if (id === undefined) throw new RemoteError('rejected', `The list "${label}" is on another server than ${host}.`, { host });
    return { path: `/api/v1/timelines/list/${encodeURIComponent(id)}`, query: {}, stream: { stream: 'list', list: id }, statusIn: asItIs };
  }
  const id = await accountIdOf(key, ctx);
  if (id === undefined) throw new RemoteError('rejected', `${host} does not find the account ${label}.`, { host });
  const own: Tap = { path: `/api/v1/accounts/${encodeURIComponent(id)}/statuses`, query: { exclude_reblogs: 'true' }, statusIn: asItIs };
  const way = through ?? (await wayTo(id, own, label, ctx));
  return way === 'home' ? { path: '/api/v1/timelines/home', query: {}, through: 'home', statusIn: (item) => (isBy(item, id) ? item : undefined) } : own;
};

const isBy = (item: unknown, id: string): boolean => z.object({ account: idSchema }).safeParse(item).data?.account.id === id;

/**
 * A server has of people elsewhere only what somebody there follows; and snac shows even that in the home timeline alone. An empty page of somebody
 * elsewhere is therefore no silence: either our account follows them, and its home has what they say, or nobody can promise anything.
 */
const wayTo = async (id: string, own: Tap, label: string, ctx: MastodonCtx): Promise<'own' | 'home'> => {
  const caller = callerOf(ctx);
  const host = hostOf(ctx);
  if ((await get(own.path, z.array(z.unknown()), caller, { ...own.query, limit: '1' })).length > 0) return 'own';
  const account = await get(`/api/v1/accounts/${encodeURIComponent(id)}`, accountSchema, caller);
  if (!account.acct.includes('@') || account.acct.endsWith(`@${host}`)) return 'own';
  if ((await relationsTo([id], ctx))?.get(id)?.following === true) return 'home';
  throw new RemoteError('rejected', `${host} has nothing of ${label}, which it gets from other servers only where somebody follows it: let the library's account there follow it.`, { host });
};
