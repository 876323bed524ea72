import { limits, type Ref, type SourceEvent } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { ask, type Caller, callerOf, getIfKnown } from './client.js';
import type { StatusDocument } from './documents.js';
import { refOf } from './map-account.js';
import { eventOfStatus, isStatus, readStatus } from './map-status.js';
import { hostOf, type MastodonCtx } from './settings.js';
import { ourRef } from './us.js';

const BY_ID = 20;
/** Requests for the parents of one page, where the server has no way to ask for many at once. */
const MAX_SINGLE = 20;
const REMEMBERED = 5_000;

/** Servers that were asked for many statuses at once and cannot: Mastodon can from 4.3 on. */
const cannotAskForMany = new Set<string>();
/** Global ids by server and local id, the oldest leaving first. */
const remembered = new Map<string, string>();

const remember = (host: string, { id, uri }: StatusDocument): void => {
  remembered.set(`${host} ${id}`, uri);
  const oldest = remembered.size > REMEMBERED ? remembered.keys().next().value : undefined;
  if (oldest !== undefined) remembered.delete(oldest);
};

const listSchema = z.array(z.unknown());

const askForMany = async (ids: readonly string[], caller: Caller): Promise<readonly unknown[] | undefined> => {
  const { server } = caller.settings;
  if (cannotAskForMany.has(server)) return undefined;
  const answer = await ask('/api/v1/statuses', caller, { query: { 'id[]': ids } });
  const found = listSchema.safeParse(answer.body);
  if (answer.status === 200 && found.success) return found.data;
  // Trouble is no sign of what the server can; a plain no is.
  if ([400, 404, 405, 422].includes(answer.status)) cannotAskForMany.add(server);
  return undefined;
};

/** Statuses as they are now, in as few requests as the server allows. What is missing is gone, not for us, or beyond `singles`. */
export const statusesByIds = async (ids: readonly string[], caller: Caller, singles = Infinity): Promise<ReadonlyMap<string, StatusDocument>> => {
  const found = new Map<string, StatusDocument>();
  let left = singles;
  for (let at = 0; at < ids.length && !caller.abort.aborted; at += BY_ID) {
    const part = ids.slice(at, at + BY_ID);
    const many = await askForMany(part, caller);
    const raw = [...(many ?? [])];
    for (const id of many === undefined ? part : []) {
      if (left <= 0 || caller.abort.aborted) break;
      left -= 1;
      raw.push(await getIfKnown(`/api/v1/statuses/${encodeURIComponent(id)}`, z.unknown(), caller));
    }
    for (const status of raw.map(readStatus).filter(isStatus)) found.set(status.id, status);
  }
  for (const status of found.values()) remember(hostOf(caller), status);
  return found;
};

/** Raw statuses as events in the same order, without boosts and without what is not for everybody. What they answer is named as far as that is known. */
export const eventsFrom = (raw: readonly unknown[], host: string, us: Ref): readonly SourceEvent[] => {
  const read = raw.map(readStatus);
  for (const status of read.filter(isStatus)) remember(host, status);
  return read.flatMap((each) => (isStatus(each) ? eventOfStatus(each, { host, us }) : each) ?? []).map((event) => named(event, host));
};

const namedRef = (ref: Ref, host: string): Ref => {
  const uri = ref.id === undefined && ref.local?.host === host ? remembered.get(`${host} ${ref.local.id}`) : undefined;
  return uri === undefined || ref.local === undefined ? ref : refOf(host, ref.local.id, uri);
};

const named = (event: SourceEvent, host: string): SourceEvent => {
  if (event.kind !== 'post') return event;
  const { inReplyTo, quotes } = event.post;
  return {
    ...event,
    post: { ...event.post, ...(inReplyTo === undefined ? {} : { inReplyTo: namedRef(inReplyTo, host) }), ...(quotes === undefined ? {} : { quotes: quotes.map((ref) => namedRef(ref, host)) }) },
  };
};

const namelessIn = (event: SourceEvent): readonly string[] =>
  event.kind === 'post' ? [event.post.inReplyTo, ...(event.post.quotes ?? [])].flatMap((ref) => (ref?.id === undefined ? (ref?.local?.id ?? []) : [])) : [];

/**
 * Gives global ids to what these posts answer and quote. Asked for, though a ref may go without: the host takes a post in the same version for the
 * same delivery, so its place in the thread has to be right the first time.
 */
export const completed = async (events: readonly SourceEvent[], ctx: MastodonCtx): Promise<readonly SourceEvent[]> => {
  const nameless = [...new Set(events.flatMap(namelessIn))];
  if (nameless.length === 0) return events;
  await statusesByIds(nameless, callerOf(ctx), MAX_SINGLE);
  return events.map((event) => named(event, hostOf(ctx)));
};

/** What a server tells as a mention of us mentions us, also where it leaves the list of mentions empty (snac). */
export const addressing = (events: readonly SourceEvent[], us: Ref): readonly SourceEvent[] =>
  events.map((event) => {
    if (event.kind !== 'post' || event.post.mentions.some(({ local }) => local?.id === us.local?.id)) return event;
    return { ...event, post: { ...event.post, mentions: [us, ...event.post.mentions].slice(0, limits.mentions) } };
  });

/** Raw statuses as events, completed. */
export const eventsOf = async (raw: readonly unknown[], ctx: MastodonCtx): Promise<readonly SourceEvent[]> =>
  raw.length === 0 ? [] : completed(eventsFrom(raw, hostOf(ctx), await ourRef(ctx)), ctx);
