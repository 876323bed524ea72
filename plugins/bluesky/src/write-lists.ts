import { isRemoteError, type ListMaking, type ListWriting, type MemberChanged, type Target } from '@earshot/plugin-sdk';
import { isValidDid } from '@atproto/syntax';
import { z } from 'zod';
import { recordKeyOf } from './record-key.js';
import { type AtUri, partsOf } from './refs.js';
import { refusedHere } from './remote-errors.js';
import { query, sessionFor } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { isThere, putNew, remove } from './write-record.js';

/** Whom the account follows; everything else is an at-uri. */
export const FOLLOWS = 'follows';
export const LIST = 'app.bsky.graph.list';
const ITEM = 'app.bsky.graph.listitem';
const FOLLOW = 'app.bsky.graph.follow';
const CURATE = 'app.bsky.graph.defs#curatelist';
/** In bytes of UTF-8, by the lexicon. */
const LONGEST_NAME = 64;
const LONGEST_DESCRIPTION = 300;

/** Everything on Bluesky is public. Whoever is followed is notified; who is put onto a list is not, and finds out where they look. */
export const followWriting: ListWriting = { public: true, told: true };
export const listWriting: ListWriting = { public: true, told: false };

/** A list that can be written: whom we follow, or a list in our own repository. */
const writable = async (list: string, ctx: BlueskyCtx): Promise<string> => {
  const { did } = await sessionFor(ctx);
  const parts = partsOf(list);
  if (list !== FOLLOWS && (parts?.collection !== LIST || parts.did !== did)) throw refusedHere('This is no list of the library’s on Bluesky.');
  return did;
};

/** Where it stands that somebody is on a list: always under the same key, so that nobody is put there twice. */
const placeOf = (did: string, list: string, who: string): AtUri =>
  list === FOLLOWS ? { did, collection: FOLLOW, rkey: recordKeyOf(`follow ${who}`) } : { did, collection: ITEM, rkey: recordKeyOf(`item ${list} ${who}`) };

const add = async (did: string, list: string, who: string, ctx: BlueskyCtx): Promise<MemberChanged> => {
  if (!isValidDid(who)) return { key: who, state: 'refused', because: 'This is no account on Bluesky.' };
  const place = placeOf(did, list, who);
  await putNew(ctx, place, { $type: place.collection, subject: who, ...(list === FOLLOWS ? {} : { list }), createdAt: ctx.now().toISOString() });
  return { key: who, state: 'on' };
};

const recordsSchema = z.object({ cursor: z.string().optional().catch(undefined), records: z.array(z.object({ uri: z.string(), value: z.looseObject({ subject: z.unknown(), list: z.unknown() }).catch({ subject: undefined, list: undefined }) })) });

/** The items of a list as our own data server has them, whoever put them there: the network's view may be behind. */
export async function* itemsOf(did: string, list: string, ctx: BlueskyCtx): AsyncGenerator<{ readonly place: AtUri; readonly who: unknown }> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await query(ctx, { nsid: 'com.atproto.repo.listRecords', params: { repo: did, collection: ITEM, limit: 100, cursor } }, recordsSchema, 'list of records');
    for (const { uri, value } of page.records) {
      const place = partsOf(uri);
      if (place !== undefined && value.list === list) yield { place, who: value.subject };
    }
    cursor = page.cursor === undefined || seen.has(page.cursor) || page.records.length === 0 ? undefined : page.cursor;
    if (cursor !== undefined) seen.add(cursor);
  } while (cursor !== undefined);
}

const takeOff = async (did: string, list: string, who: string, ctx: BlueskyCtx): Promise<MemberChanged> => {
  const place = placeOf(did, list, who);
  if (await isThere(ctx, place)) await remove(ctx, place);
  // Put there in an app, under a key of its own.
  else if (list !== FOLLOWS) for await (const item of itemsOf(did, list, ctx)) if (item.who === who) await remove(ctx, item.place);
  return { key: who, state: 'off' };
};

/** One by one: a record costs points, and where they are used up the rest is left for later. */
export const change = async (list: string, adding: readonly Target[], removing: readonly Target[], ctx: BlueskyCtx): Promise<readonly MemberChanged[]> => {
  const did = await writable(list, ctx);
  const done: MemberChanged[] = [];
  const work = [...removing.map(({ key }) => () => takeOff(did, list, key, ctx)), ...adding.map(({ key }) => () => add(did, list, key, ctx))];
  for (const each of work) {
    try {
      done.push(await each());
    } catch (error) {
      if (done.length > 0 && isRemoteError(error)) return done;
      throw error;
    }
  }
  return done;
};

/** As many whole characters as have this many bytes. */
const clip = (text: string, most: number): string => {
  let [kept, bytes] = ['', 0];
  for (const character of text.toWellFormed().replaceAll('\0', '').trim()) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return kept.trim();
};

/** Lists of people, in our own repository: under a key that is made from the host's, so that one wish makes one list. */
export const making: ListMaking<BlueskyCtx> = {
  asks: async (ctx) => {
    await sessionFor(ctx);
    return listWriting;
  },
  make: async ({ key, name, description }, ctx) => {
    const { did } = await sessionFor(ctx);
    const place: AtUri = { did, collection: LIST, rkey: recordKeyOf(`list ${key}`) };
    const called = clip(name, LONGEST_NAME) || 'Follows';
    await putNew(ctx, place, { $type: LIST, purpose: CURATE, name: called, ...(description === undefined ? {} : { description: clip(description, LONGEST_DESCRIPTION) }), createdAt: ctx.now().toISOString() });
    return { id: `at://${did}/${LIST}/${place.rkey}`, name: called, public: true, writing: listWriting };
  },
  end: async (list, ctx) => {
    const did = await writable(list, ctx);
    const place = partsOf(list);
    if (place === undefined) throw refusedHere('Whom the library follows is no list that it made.');
    for await (const item of itemsOf(did, list, ctx)) await remove(ctx, item.place);
    await remove(ctx, place);
  },
};
