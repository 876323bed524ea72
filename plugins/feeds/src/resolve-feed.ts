import { isRemoteError, RemoteError, type Target } from '@earshot/plugin-sdk';
import { feedIn, readDocument } from './load-feed.js';
import { titleOf } from './map-profile.js';
import { getDocument } from './request.js';
import type { FeedsCtx } from './settings.js';

const MAX_KEY = 1_400;
const MAX_CANDIDATES = 6;
/** Where sites keep a feed that their pages do not name, the most usual first. */
const USUAL_PATHS = ['/feed', '/rss.xml', '/atom.xml', '/feed.xml', '/index.xml', '/rss', '/feed.json'];

/** What a person pasted, as web addresses to try; empty where it is none. */
export const addressesIn = (text: string): readonly string[] => {
  const bare = text.trim().replace(/^feed:(\/\/)?/i, '').slice(0, 2_000);
  if (/\s/.test(bare) || bare === '') return [];
  const withScheme = /^https?:\/\//i.test(bare) ? [bare] : /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(:\d+)?([/?#].*)?$/u.test(bare) ? [`https://${bare}`, `http://${bare}`] : [];
  return withScheme.flatMap((address) => canonical(address) ?? []);
};

const canonical = (address: string): string | undefined => {
  const url = URL.parse(address);
  if (url === null || url.hostname === '') return undefined;
  url.hash = '';
  return url.href;
};

type Found = { readonly kind: 'feed'; readonly target: Target } | { readonly kind: 'page'; readonly url: string; readonly alternates: readonly string[] } | { readonly kind: 'other' };

const look = async (address: string, ctx: FeedsCtx): Promise<Found> => {
  const answer = await getDocument(address, ctx);
  if (answer.unchanged) return { kind: 'other' };
  const document = await readDocument(answer, ctx);
  if (document.found === 'nothing') return { kind: 'other' };
  // Comments come with the entries; followed by itself, such a feed is a second choice.
  const isComments = ({ url, title }: { url: string; title?: string }): boolean => /\/comments(\/|$)/.test(url) || /\bcomments\b/i.test(title ?? '');
  if (document.found === 'page') {
    return { kind: 'page', url: answer.url, alternates: document.alternates.toSorted((one, other) => Number(isComments(one)) - Number(isComments(other))).flatMap(({ url }) => canonical(url) ?? []) };
  }
  const key = answer.permanentUrl ?? address;
  const feed = await feedIn(document, answer.url, ctx);
  return { kind: 'feed', target: { kind: 'feed', key, label: titleOf(feed, key) } };
};

const lookQuietly = async (address: string, ctx: FeedsCtx): Promise<Target | undefined> => {
  try {
    const found = await look(address, ctx);
    return found.kind === 'feed' && found.target.key.length <= MAX_KEY ? found.target : undefined;
  } catch (error) {
    if (!isRemoteError(error) || ctx.abort.aborted) throw error;
    return undefined;
  }
};

const feedsAt = async (addresses: readonly string[], ctx: FeedsCtx, enough: number): Promise<readonly Target[]> => {
  const targets = new Map<string, Target>();
  for (const address of addresses) {
    const target = await lookQuietly(address, ctx);
    if (target !== undefined) targets.set(target.key, target);
    if (targets.size >= enough) break;
  }
  return [...targets.values()];
};

const usualAddresses = (page: string): readonly string[] => {
  const { origin, pathname } = new URL(page);
  const folder = pathname.replace(/\/+$/, '');
  return [...(folder === '' ? [] : [`${origin}${folder}/feed`]), ...USUAL_PATHS.map((path) => `${origin}${path}`)];
};

const firstAnswer = async (addresses: readonly string[], ctx: FeedsCtx): Promise<Found> => {
  const [first, second] = addresses;
  if (first === undefined) return { kind: 'other' };
  try {
    return await look(first, ctx);
  } catch (error) {
    // A bare "town.example" may still be served without TLS.
    if (second === undefined || !isRemoteError(error) || error.kind !== 'unreachable' || ctx.abort.aborted) throw error;
    return look(second, ctx);
  }
};

/**
 * The feeds at or behind a web address: the feed itself, those that a page names, else the first at the usual places.
 *
 * @throws {RemoteError} with words for the person who pasted it, when nothing can be followed there
 */
export const resolveFeed = async (text: string, ctx: FeedsCtx): Promise<readonly Target[]> => {
  const addresses = addressesIn(text);
  const [address] = addresses;
  if (address === undefined) return [];
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') throw new RemoteError('rejected', 'This address holds a password. Only feeds that everybody can read can be followed: paste it without.');
  if (address.length > MAX_KEY) throw new RemoteError('rejected', `This address is longer than ${MAX_KEY} characters. Paste a shorter one.`);
  const found = await firstAnswer(addresses, ctx);
  if (found.kind === 'feed') return [found.target];
  const page = found.kind === 'page' ? found.url : address;
  const named = found.kind === 'page' ? await feedsAt(found.alternates.slice(0, MAX_CANDIDATES), ctx, MAX_CANDIDATES) : [];
  const targets = named.length > 0 ? named : await feedsAt(usualAddresses(page), ctx, 1);
  if (targets.length === 0) {
    throw new RemoteError('rejected', `No feed was found at ${url.host}. Look on the site for a link named RSS, Atom or Feed and paste its address, or ask the site for one.`);
  }
  return targets;
};
