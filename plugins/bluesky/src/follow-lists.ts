import { isValidDid } from '@atproto/syntax';
import type { FollowLists, RemoteList, Target } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { targetOfProfile } from './map-profile.js';
import { type AtUri, partsOf } from './refs.js';
import { refusedHere } from './remote-errors.js';
import { query, sessionFor } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { isThere } from './write-record.js';
import { change, FOLLOWS, followWriting, itemsOf, LIST, listWriting, making } from './write-lists.js';
import { pageOf, type PageView, profileViewSchema } from './views.js';
import type { Params } from './xrpc.js';

const PAGE = 100;
/** What the host takes of one list. */
const MOST = 20_000;
const AT_ONCE = 25;

const listSchema = z.object({ uri: z.string(), name: z.string(), purpose: z.string() });
const packSchema = z.object({ uri: z.string(), record: z.object({ name: z.string() }) });
const itemSchema = z.object({ subject: profileViewSchema });

/** The items of all pages, one by one as they are. */
async function* everything(nsid: string, name: string, params: Params, ctx: BlueskyCtx): AsyncGenerator<unknown> {
  const asked = new Set<string>();
  let cursor: string | undefined;
  do {
    const page: PageView = await query(ctx, { nsid, params: { ...params, limit: PAGE, cursor } }, pageOf(name), name);
    yield* page.items;
    // A cursor that leads back to itself would be read for ever.
    cursor = page.cursor === undefined || asked.has(page.cursor) || page.items.length === 0 ? undefined : page.cursor;
    if (cursor !== undefined) asked.add(cursor);
  } while (cursor !== undefined);
}

const named = (id: string, name: string): readonly RemoteList[] => (partsOf(id) === undefined ? [] : [{ id, name: name.slice(0, 300).toWellFormed() || id, public: true }]);

/** Lists of people, and starter packs, that the account keeps; those by which it mutes and blocks are no lists to follow. */
const lists = async (ctx: BlueskyCtx): Promise<readonly RemoteList[]> => {
  const { did: actor } = await sessionFor(ctx);
  const found: RemoteList[] = [{ id: FOLLOWS, name: 'Whom the library follows on Bluesky', public: true, writing: followWriting }];
  for await (const value of everything('app.bsky.graph.getLists', 'lists', { actor }, ctx)) {
    const list = listSchema.safeParse(value).data;
    if (list?.purpose === 'app.bsky.graph.defs#curatelist') found.push(...named(list.uri, list.name).map((each) => (partsOf(list.uri)?.did === actor ? { ...each, writing: listWriting } : each)));
  }
  for await (const value of everything('app.bsky.graph.getActorStarterPacks', 'starterPacks', { actor }, ctx)) {
    const pack = packSchema.safeParse(value).data;
    if (pack !== undefined) found.push(...named(pack.uri, pack.record.name));
  }
  return found;
};

const packListSchema = z.object({ starterPack: z.object({ list: z.object({ uri: z.string() }) }) });

const people = async (list: string, ctx: BlueskyCtx): Promise<AsyncIterable<unknown>> => {
  if (list === FOLLOWS) return everything('app.bsky.graph.getFollows', 'follows', { actor: (await sessionFor(ctx)).did }, ctx);
  const { collection } = partsOf(list) ?? {};
  if (collection === LIST) return everything('app.bsky.graph.getList', 'items', { list }, ctx);
  if (collection !== 'app.bsky.graph.starterpack') throw refusedHere('This is no list on Bluesky.');
  const { starterPack } = await query(ctx, { nsid: 'app.bsky.graph.getStarterPack', params: { starterPack: list } }, packListSchema, 'starter pack');
  return everything('app.bsky.graph.getList', 'items', { list: starterPack.list.uri }, ctx);
};

const profilesSchema = z.object({ profiles: z.array(z.unknown()) });

/**
 * Who is on a list of our own, as our own data server says: the network's view knows a list only a while after it was written, and says until then
 * that there is none. Who has no profile there any more goes by the DID.
 */
async function* ownMembers(place: AtUri, list: string, ctx: BlueskyCtx): AsyncGenerator<Target> {
  if (!(await isThere(ctx, place))) throw refusedHere('This list is no longer on Bluesky.');
  const dids = new Set<string>();
  for await (const { who } of itemsOf(place.did, list, ctx)) if (typeof who === 'string' && isValidDid(who) && dids.size < MOST) dids.add(who);
  const all = [...dids];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const actors = all.slice(at, at + AT_ONCE);
    const { profiles } = await query(ctx, { nsid: 'app.bsky.actor.getProfiles', params: { actors } }, profilesSchema, 'list of profiles');
    const views = new Map(profiles.flatMap((value) => profileViewSchema.safeParse(value).data ?? []).map((view) => [view.did, view]));
    for (const did of actors) {
      const view = views.get(did);
      yield view === undefined ? { kind: 'profile', key: did, label: did } : targetOfProfile(view);
    }
  }
}

async function* members(list: string, ctx: BlueskyCtx): AsyncGenerator<Target> {
  const place = partsOf(list);
  if (place?.collection === LIST && place.did === (await sessionFor(ctx)).did) return yield* ownMembers(place, list, ctx);
  const seen = new Set<string>();
  for await (const value of await people(list, ctx)) {
    const profile = itemSchema.safeParse(value).data?.subject ?? profileViewSchema.safeParse(value).data;
    if (profile === undefined || seen.has(profile.did)) continue;
    seen.add(profile.did);
    yield targetOfProfile(profile);
    if (seen.size === MOST) return;
  }
}

/** Lists and starter packs kept on Bluesky, and whom the account follows there; its own lists, and follows, are written as well. */
export const blueskyLists: FollowLists<BlueskyCtx> = { lists, members, change, making };
