import type { Target } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { callerOf, get, getIfKnown } from './client.js';
import { type AccountDocument, accountSchema, remoteListSchema, searchSchema } from './documents.js';
import { foundStatuses, rememberAccountId, search } from './local-ids.js';
import { handleOf, keyOf, profileOf } from './map-account.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { homeKeyOf, localKeyOf, tapOf } from './taps.js';
import { identify } from './us.js';

const HANDLE = /^@?([\p{L}\p{N}_.-]{1,200})(?:@([\p{L}\p{N}.-]{1,253}(?::\d{1,5})?))?$/u;
const TAG = /^#([\p{L}\p{N}\p{M}_·・‌]{1,200})$/u;

const hashtag = (tag: string): Target => ({ kind: 'hashtag', key: tag.toLowerCase(), label: `#${tag}` });

/** The label is the handle that the account's own server vouches for, whatever was typed: a WebFinger that points elsewhere is seen as that. */
export const targetOf = (account: AccountDocument, host: string): Target => {
  const profile = profileOf(account, host);
  return { kind: 'profile', key: keyOf(profile.ref), label: `@${profile.handle}` };
};

const found = async (accounts: readonly AccountDocument[], ctx: MastodonCtx): Promise<readonly Target[]> => {
  const targets = accounts.map((account) => ({ account, target: targetOf(account, hostOf(ctx)) }));
  for (const { account, target } of targets) await rememberAccountId(target.key, account.id, ctx);
  return targets.map(({ target }) => target);
};

/** Exactly that account, by the server's own knowledge, else by WebFinger; where neither has that name, the one that WebFinger leads to. */
const byHandle = async (user: string, at: string | undefined, ctx: MastodonCtx): Promise<readonly Target[]> => {
  const host = hostOf(ctx);
  const acct = at === undefined || at.toLowerCase() === host ? user : `${user}@${at}`;
  const known = await getIfKnown('/api/v1/accounts/lookup', accountSchema, callerOf(ctx), { acct });
  if (known !== undefined) return found([known], ctx);
  const { accounts } = await search(`@${handleOf(acct, host)}`, 'accounts', callerOf(ctx));
  const exact = accounts.filter((account) => handleOf(account.acct, host).toLowerCase() === handleOf(acct, host).toLowerCase());
  return found(exact.length > 0 ? exact.slice(0, 1) : accounts.length === 1 ? accounts : [], ctx);
};

const byAddress = async (url: URL, ctx: MastodonCtx): Promise<readonly Target[]> => {
  const [, tag] = /^\/(?:tags|tag|explore\/tags)\/([^/]+)\/?$/.exec(url.pathname) ?? [];
  if (tag !== undefined) return TAG.test(`#${decoded(tag)}`) ? [hashtag(decoded(tag))] : [];
  const { accounts } = await search(url.href, 'accounts', callerOf(ctx));
  const exact = accounts.filter((account) => account.url === url.href || account.uri === url.href);
  if (exact.length > 0 || accounts.length === 1) return found(exact.length > 0 ? exact.slice(0, 1) : accounts, ctx);
  // The address of a post leads to its author.
  const status = foundStatuses(await search(url.href, 'statuses', callerOf(ctx))).find((one) => one.url === url.href || one.uri === url.href);
  return status === undefined ? [] : found([status.account], ctx);
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const ourLists = async (ctx: MastodonCtx): Promise<readonly Target[]> => {
  const lists = (await getIfKnown('/api/v1/lists', z.array(remoteListSchema), callerOf(ctx))) ?? [];
  return lists.map(({ id, title }) => ({ kind: 'list', key: `${hostOf(ctx)}/${id}`, label: title }));
};

/**
 * What the people of our server say in public. Never what it has of all others: that is nobody's town.
 *
 * @throws {RemoteError} `rejected` where the server shows it to nobody like us.
 */
const localTimeline = async (ctx: MastodonCtx): Promise<readonly Target[]> => {
  const host = hostOf(ctx);
  const { path, query } = await tapOf({ kind: 'timeline', key: localKeyOf(host), label: '' }, ctx);
  await get(path, z.array(z.unknown()), callerOf(ctx), { ...query, limit: '1' });
  return [{ kind: 'timeline', key: localKeyOf(host), label: `What is said on ${host}, by whoever may be found` }];
};

/** A server searches what it has an index of, of those who let themselves be found: often nothing but what our account took part in. */
const statusSearch = async (words: string, ctx: MastodonCtx): Promise<readonly Target[]> => {
  if (words === '' || words.length > 200) return [];
  const found = await getIfKnown('/api/v2/search', searchSchema, callerOf(ctx), { q: words, type: 'statuses', limit: '1' });
  return found === undefined ? [] : [{ kind: 'search', key: words.toLowerCase(), label: `What ${hostOf(ctx)} finds of "${words}"` }];
};

/** `@paper@town.social`, the address of a profile or of a post, `#town`; `home`, `mentions` and `lists` are the library's own; `local` is its server's; `search: words` asks that server's search. */
export const resolve = async (text: string, ctx: MastodonCtx): Promise<readonly Target[]> => {
  const asked = text.trim();
  if (asked === '' || asked.length > 2_000) return [];
  const word = asked.toLowerCase();
  if (word === 'lists') return ourLists(ctx);
  if (word === 'local') return localTimeline(ctx);
  if (word.startsWith('search:')) return statusSearch(asked.slice('search:'.length).trim(), ctx);
  if (word === 'home' || word === 'mentions') {
    const { ref, handle } = await identify(ctx);
    return [word === 'home' ? { kind: 'list', key: homeKeyOf(hostOf(ctx)), label: `Whom @${handle} follows` } : { kind: 'mentions', key: keyOf(ref), label: `Mentions of @${handle}` }];
  }
  const [, tag] = TAG.exec(asked) ?? [];
  if (tag !== undefined) return [hashtag(tag)];
  const [, user, at] = HANDLE.exec(asked) ?? [];
  // A bare word is nobody's handle; a bare @name is one on our own server.
  if (user !== undefined && (at !== undefined || asked.startsWith('@'))) return byHandle(user, at, ctx);
  const url = /^https?:\/\//i.test(asked) ? URL.parse(asked) : null;
  return url === null || url.username !== '' ? [] : byAddress(url, ctx);
};
