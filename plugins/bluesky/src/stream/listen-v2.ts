import { isRemoteError, type SourceEvent } from '@earshot/plugin-sdk';
import { whenQuiet } from './carry.js';
import { dictionaryOf } from './dictionary.js';
import type { Ear } from './ear.js';
import type { Host } from './hosts.js';
import { jetstreamReader } from './jetstream-reader.js';
import { gapBefore, type Hearing, type Listening, OTHERS, readSocket } from './listening.js';
import { POSTS, PROFILES } from './map-told.js';
import { addressAt, answersAt, firstEvent, probe } from './probe.js';
import type { Envelope } from './told.js';

const PATH = '/xrpc/network.bsky.jetstream.subscribeEvents';
/** What stands before a host may let no longer address through: the filter of v2 is in the address. */
const LONGEST_LIST = 6_000;
/** After this long without anything it is opened again, with another mark. */
const QUIET_MS = 120_000;
const PROBE_MS = 10_000;
/** A host reads its log a hundred times as fast as it was written, at least. */
const REPLAY_SPEED = 100;

type Params = readonly (readonly [string, string | number])[];

const posts: Params = [['kinds', 'commit'], ['collections', POSTS]];
const everything: Params = [...posts, ['collections', PROFILES], ['kinds', 'identity'], ['kinds', 'account']];

/** Whether all whom we follow fit into an address. */
export const fitsAddress = (dids: ReadonlySet<string>): boolean => {
  let length = 0;
  for (const did of dids) length += did.length + 10;
  return length <= LONGEST_LIST;
};

interface Start {
  readonly cursor: number;
  /** What the host no longer has. */
  readonly gap: readonly SourceEvent[];
}

const first = (host: Host, cursor: Params, { ctx, clock }: Listening): Promise<Envelope | undefined> => probe(addressAt(host, PATH, [...posts, ...cursor]), firstEvent, { ctx, clock, ms: PROBE_MS });

/** By time: from another host, or where our place is none any more. The first event of anybody shows whether the host goes back as far. */
const startByTime = async (host: Host, listening: Listening): Promise<Start> => {
  const { ear, ctx } = listening;
  const { us } = ear.startAt(host);
  const oldest = ear.cursor.at === undefined ? undefined : await first(host, [['cursor', us]], listening);
  return { cursor: us, gap: oldest === undefined ? [] : gapBefore(ear, Math.min(oldest.timeUs, ctx.now().getTime() * 1_000), host) };
};

/** Everybody's posts where those whom we follow do not fit into an address. */
const listenedTo = ({ dids }: Ear, mark: Envelope | undefined): Params =>
  fitsAddress(dids) ? [...dids, ...(mark === undefined || dids.has(mark.did) ? [] : [mark.did])].map((did) => ['dids', did] as const) : [];

/**
 * Listens to `subscribeEvents`, whose filter cannot be changed: others to follow, and a silence of two minutes, open it again.
 *
 * A filter of few says nothing for hours, and so does a dead socket. So before it opens one event of anybody is looked up, and its author is
 * wanted too: once that event comes by, all that was wanted before it has come.
 */
export async function* listenV2(host: Host, listening: Listening): Hearing {
  const { ear, ctx } = listening;
  let mark: Envelope | undefined;
  try {
    mark = await first(host, [], listening);
  } catch (error) {
    if (ctx.abort.aborted || !isRemoteError(error)) throw error;
    return (await answersAt(addressAt(host, PATH, posts), ctx)) ? 'absent' : 'away';
  }
  const { seq } = ear.startAt(host);
  // One that begins anew counts from one.
  if (seq !== undefined && (mark?.seq === undefined || mark.seq >= seq)) {
    const ending = yield* follow(host, { cursor: seq, gap: [] }, mark, listening);
    // Refused before it opened: most likely for its age, which the socket does not say.
    if (ending !== 'absent') return ending;
  }
  return yield* follow(host, await startByTime(host, listening), mark, listening);
}

async function* follow(host: Host, { cursor, gap }: Start, mark: Envelope | undefined, listening: Listening): Hearing {
  const { ear, ctx, clock, patienceMs } = listening;
  const dictionary = ctx.settings.compress ? await dictionaryOf(host, listening) : undefined;
  const own = new AbortController();
  let came = false;
  const lagMs = Math.max(0, ctx.now().getTime() - (ear.cursor.at ?? ctx.now().getTime() * 1_000) / 1_000);
  const quiet = whenQuiet(clock, patienceMs + lagMs / REPLAY_SPEED, () => own.abort());
  const onEvent = (): readonly SourceEvent[] => {
    quiet.touch(QUIET_MS);
    if (came) return [];
    came = true;
    return gap;
  };
  ear.onChange(() => own.abort(OTHERS));
  const packed: Params = dictionary === undefined ? [] : [['zstdDictionary', dictionary.id]];
  const url = addressAt(host, PATH, [...everything, ...packed, ['cursor', cursor], ...listenedTo(ear, mark)]);
  try {
    const opened = yield* readSocket({ host, url, opened: () => quiet.touch(), read: jetstreamReader(ear, host, { onEvent }, dictionary?.bytes), end: own.signal }, listening);
    if (own.signal.reason === OTHERS) return 'again';
    if (!opened) return 'absent';
    if (!own.signal.aborted) return 'over';
    return came ? 'again' : 'mute';
  } finally {
    quiet.stop();
    own.abort();
  }
}
