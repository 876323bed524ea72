import { type FrameBatch, type Ref, RemoteError, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type MastodonCursor, markIn, withMark } from './cursor.js';
import { NETWORK } from './map-account.js';
import { markAfter } from './marks.js';
import { addressing, eventsFrom } from './statuses.js';
import type { Tapped } from './tapped.js';

/** Far more than the largest status with everything in it; whatever is larger is not even parsed. */
const MOST_IN_FRAME = 2_000_000;

const frameSchema = z.object({ event: z.string().optional(), payload: z.unknown().optional(), error: z.unknown().optional(), stream: z.array(z.string()).optional().catch(undefined) });
const taggedSchema = z.object({ tags: z.array(z.object({ name: z.string() })) });

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const payloadOf = (payload: unknown): unknown => (typeof payload === 'string' ? jsonIn(payload) : payload);

const goneOf = (payload: unknown, host: string): SourceEvent => {
  const id = typeof payload === 'number' ? String(payload) : payload;
  return typeof id === 'string' && id !== '' && id.length <= 1_000
    ? { kind: 'post-gone', ref: { network: NETWORK, local: { host, id } }, why: 'deleted' }
    : unreadable('stream: a deletion of nothing', payload);
};

/** Which of the taps a frame is of: it is said, or told by the hashtags of the status. */
const tapIn = (taps: readonly Tapped[], stream: readonly string[] | undefined, raw: unknown): Tapped | undefined => {
  if (taps.length === 1) return taps[0];
  const said = stream?.[1]?.toLowerCase();
  const tags = taggedSchema.safeParse(raw).data?.tags.map(({ name }) => name.toLowerCase()) ?? [];
  return taps.find(({ tag }) => tag === said) ?? taps.find(({ tag }) => tag !== undefined && tags.includes(tag));
};

/**
 * Reads the frames of one socket. Its cursor is what this socket brought, and no more: what polling heard meanwhile is put together with it where
 * both are delivered.
 */
export const frameReader = (taps: readonly Tapped[], host: string, us: Ref): ((frame: string | ArrayBuffer) => FrameBatch<MastodonCursor>) => {
  let cursor: MastodonCursor = {};
  const expected = taps[0]?.tap.path.endsWith('/notifications') === true ? 'notification' : 'update';
  return (frame) => {
    const text = typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8');
    // `:thump` and its kin: it lives.
    if (text.trim() === '' || text.startsWith(':')) return { events: [] };
    if (text.length > MOST_IN_FRAME) return { events: [unreadable(`stream: a frame of ${text.length} characters`, text.slice(0, 1_000))] };
    const read = frameSchema.safeParse(jsonIn(text));
    if (!read.success) return { events: [unreadable('stream: a frame that is no event', text)] };
    const { event, payload, error, stream } = read.data;
    if (error !== undefined) throw new RemoteError('rejected', `${host} does not let us listen to this stream.`, { host });
    if (event === 'delete') return { events: [goneOf(payload, host)] };
    // A stream of notifications brings no statuses of its own, and a home's notifications are for the channel of mentions.
    if (event !== expected && event !== 'status.update') return { events: [] };
    const raw = payloadOf(payload);
    if (raw === undefined) return { events: [unreadable(`stream: the payload of "${event}" is no JSON`, payload)] };
    // What a stream of notifications tells of an edit is no notification: its id is of another kind.
    if (event === 'status.update' && expected === 'notification') return { events: eventsFrom([raw], host, us) };
    const tapped = tapIn(taps, stream, raw);
    // Nobody knows whose mark it would move.
    if (tapped === undefined) return { events: eventsFrom([raw], host, us) };
    const before = markIn(cursor, tapped.tag);
    const mark = markAfter(before, [raw]);
    // Only news moves the mark: an edit is of something old.
    cursor = withMark(cursor, tapped.tag, event === expected ? mark : { ...before, ...(mark.seen === undefined ? {} : { seen: mark.seen }) });
    const status = event === expected ? tapped.tap.statusIn(raw) : raw;
    const events = status === undefined ? [] : eventsFrom([status], host, us);
    return { events: tapped.tap.forUs === true ? addressing(events, us) : events, cursor };
  };
};
