import { type FrameBatch, isRemoteError, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { whenQuiet } from './carry.js';
import type { Ear } from './ear.js';
import { type Host, nameOf } from './hosts.js';
import { gapBefore, type Hearing, type Listening, OTHERS, readSocket, SocketOver } from './listening.js';
import { POSTS, PROFILES } from './map-told.js';
import { addressAt, probe } from './probe.js';
import { readReposFrame, type ReposFrame } from './repos-frame.js';
import type { StreamCursor } from './stream-cursor.js';

const PATH = '/xrpc/com.atproto.sync.subscribeRepos';
const COLLECTIONS = [POSTS, PROFILES];
const QUIET_MS = 60_000;
const PROBE_MS = 10_000;

class FutureCursor extends SocketOver {}

interface Watch {
  readonly onEvent: (timeUs: number) => readonly SourceEvent[];
  seq: number | undefined;
}

const eventsIn = (frame: ReposFrame & { readonly is: 'events' }, ear: Ear, host: Host, before: readonly SourceEvent[]): FrameBatch<StreamCursor> => {
  const { envelope, happenings, isPart } = frame;
  if (isPart) ear.looks.recent(envelope.did);
  let batch = ear.progress(host, envelope, before);
  for (const happening of happenings) batch = { ...batch, events: [...batch.events, ...ear.hear(host, envelope, happening).events] };
  return batch;
};

const reader = (ear: Ear, host: Host, watch: Watch) => (data: string | ArrayBuffer): FrameBatch<StreamCursor> => {
  if (typeof data === 'string') return { events: [unreadable(`${nameOf(host)}: a frame of text`, data.length)] };
  const frame = readReposFrame(new Uint8Array(data), (did) => ear.dids.has(did), COLLECTIONS);
  if (frame.is === 'error') throw new (frame.name === 'FutureCursor' ? FutureCursor : SocketOver)(`${nameOf(host)} ends the stream: ${frame.name}`);
  // OutdatedCursor: it begins later than was asked for, and its first event shows where.
  if (frame.is === 'info') return { events: [] };
  if (frame.envelope === undefined) return { events: [unreadable(`${nameOf(host)}: ${frame.is === 'unreadable' ? frame.why : ''}`, frame)] };
  const before = watch.onEvent(frame.envelope.timeUs);
  watch.seq = frame.envelope.seq ?? watch.seq;
  if (frame.is === 'events') return eventsIn(frame, ear, host, before);
  return ear.progress(host, frame.envelope, [...before, ...(ear.dids.has(frame.envelope.did) ? [unreadable(`${nameOf(host)}: ${frame.why}`, frame)] : [])]);
};

/** Whether nothing was said since `seq`: then the next one is still to come, and the host says so. Undefined where it says neither. */
const isQuietSince = (host: Host, seq: number, { ctx, clock }: Listening): Promise<boolean | undefined> =>
  probe(addressAt(host, PATH, [['cursor', seq + 1]]), (data) => {
    if (typeof data === 'string') return undefined;
    const frame = readReposFrame(new Uint8Array(data), () => false, COLLECTIONS);
    return frame.is === 'error' ? frame.name === 'FutureCursor' : false;
  }, { ctx, clock, ms: PROBE_MS });

/**
 * Listens to `subscribeRepos` of a relay or data server, which has no filter: whoever is not followed is passed over here.
 *
 * Where nobody says anything for a minute, the host is asked for what comes next: where that is still to come, all was heard until now. Where it
 * is not, this socket did not bring it, and another is opened.
 */
export async function* listenRepos(host: Host, listening: Listening): Hearing {
  const { seq } = listening.ear.startAt(host);
  if (seq === undefined) return yield* follow(host, undefined, listening);
  try {
    return yield* follow(host, seq, listening);
  } catch (error) {
    // Its sequence began anew.
    if (error instanceof FutureCursor) return yield* follow(host, undefined, listening);
    throw error;
  }
}

async function* follow(host: Host, seq: number | undefined, listening: Listening): Hearing {
  const { ear, ctx, clock, patienceMs } = listening;
  const openedUs = ctx.now().getTime() * 1_000;
  const own = new AbortController();
  let [came, isProven] = [false, true];
  const watch: Watch = {
    seq,
    onEvent: (timeUs) => {
      quiet.touch(QUIET_MS);
      if (came) return [];
      came = true;
      return gapBefore(ear, seq === undefined ? openedUs : Math.min(timeUs, openedUs), host);
    },
  };
  const prove = async (): Promise<void> => {
    if (watch.seq === undefined) return own.abort();
    const asked = ctx.now();
    try {
      const isQuiet = await isQuietSince(host, watch.seq, listening);
      if (own.signal.aborted) return;
      // Twice without an answer, and it is opened again.
      if (isQuiet === false || (isQuiet === undefined && !isProven)) return own.abort();
      isProven = isQuiet === true;
      if (isProven) ear.prove(host, asked, watch.seq);
      if (isProven) came = true;
    } catch (error) {
      if (!isRemoteError(error) || !isProven) return own.abort();
      isProven = false;
    }
    quiet.touch(QUIET_MS);
  };
  const quiet = whenQuiet(clock, Math.min(patienceMs, QUIET_MS), () => void prove());
  ear.onChange((mustReopen) => mustReopen && own.abort(OTHERS));
  try {
    const opened = yield* readSocket({ host, url: addressAt(host, PATH, seq === undefined ? [] : [['cursor', seq]]), opened: () => quiet.touch(), read: reader(ear, host, watch), end: own.signal }, listening, FutureCursor);
    if (own.signal.reason === OTHERS) return 'again';
    if (!opened) return 'away';
    if (!own.signal.aborted) return 'over';
    return came ? 'again' : 'mute';
  } finally {
    quiet.stop();
    own.abort();
  }
}
