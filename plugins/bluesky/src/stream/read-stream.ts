import { type Batch, type Clock, isRemoteError, type OpenChannel, systemClock } from '@earshot/plugin-sdk';
import type { BlueskyCtx } from '../settings.js';
import { waitFor } from './carry.js';
import { Ear } from './ear.js';
import { type Host, hostsOf, inTurn, nameOf } from './hosts.js';
import { listenRepos } from './listen-repos.js';
import { listenV1 } from './listen-v1.js';
import { fitsAddress, listenV2 } from './listen-v2.js';
import type { Ending, Hearing, Listening } from './listening.js';
import { pollRound, Remembered } from './poll-round.js';
import type { StreamCursor } from './stream-cursor.js';

/** How often whom we follow is asked, where nothing streams: half of what one account may ask for, and no more often than is of use. */
const ROUND_MS = 5 * 60_000;
const SHORTEST_ROUND_MS = 60_000;
const EACH_MS = 2_000;
/** How long it is polled before streams are tried again. */
const RETRY_MS = 2 * 60_000;
/** And where the only one that can be reached was found to be blind. */
const BLIND_RETRY_MS = 60 * 60_000;
/** A host that is open and brings nothing of anybody for so long is as good as none; where all are like that the network may be a small one. */
const PATIENCE_MS = 30_000;
const LONG_PATIENCE_MS = ROUND_MS;
/** A socket that ends sooner is no good sign. */
const SHORT_MS = 30_000;
const MOST_SHORT = 5;
const FIRST_PAUSE_MS = 100;

type Batches = AsyncGenerator<Batch<StreamCursor>>;

/** By the second version of Jetstream where it has it and whom we follow fits into its address, else by the first, else by the second whole. */
async function* listenTo(host: Host, listening: Listening): Hearing {
  if (host.speaks === 'repos') return yield* listenRepos(host, listening);
  const isSmall = fitsAddress(listening.ear.dids);
  if (!isSmall) {
    const ending = yield* listenV1(host, listening);
    return ending === 'away' ? yield* listenV2(host, listening) : ending;
  }
  const ending = yield* listenV2(host, listening);
  return ending === 'absent' ? yield* listenV1(host, listening) : ending;
}

/** Listens to one host for as long as it is any good. @returns how it ended: `over` where it was heard */
async function* stayWith(host: Host, listening: Listening): AsyncGenerator<Batch<StreamCursor>, Ending> {
  const { ear, ctx, clock } = listening;
  let [wasHeard, short] = [false, 0];
  while (!ctx.abort.aborted) {
    const began = clock.now();
    const ending = yield* listenTo(host, listening);
    if (ending === 'again' || ending === 'over') wasHeard = true;
    else return wasHeard && ending !== 'mute' ? 'over' : ending;
    short = ending === 'over' && clock.now() - began < SHORT_MS ? short + 1 : 0;
    if (short > MOST_SHORT) return 'away';
    if (short > 0) yield* waitFor(FIRST_PAUSE_MS * 2 ** (short - 1), { ...listening, ear, abort: ctx.abort });
  }
  return 'over';
}

async function* pollFor(ms: number, listening: Listening, told: Remembered): Batches {
  const { ear, ctx, clock } = listening;
  const end = clock.now() + ms;
  const isEnough = (): boolean => clock.now() >= end;
  ear.onChange(() => undefined);
  do {
    const began = clock.now();
    yield* pollRound(ear, ctx, told, isEnough);
    const left = Math.min(began + Math.min(ROUND_MS, Math.max(SHORTEST_ROUND_MS, ear.dids.size * EACH_MS)), end) - clock.now();
    yield* waitFor(left, { ...listening, abort: ctx.abort });
  } while (!ctx.abort.aborted && !isEnough());
}

/** All hosts in turn, then asking one by one, and again. */
async function* listenWell(channel: OpenChannel<StreamCursor>, listening: Listening): Batches {
  const { ear, ctx } = listening;
  const hosts = hostsOf(ctx.settings);
  const told = new Remembered();
  let [isBlind, patienceMs] = [channel.blind === true, PATIENCE_MS];
  while (!ctx.abort.aborted) {
    let ending: Ending = 'away';
    let isMute = false;
    for (const host of inTurn(hosts, ear.cursor.host, isBlind)) {
      ending = yield* stayWith(host, { ...listening, patienceMs });
      if (ctx.abort.aborted) return;
      ctx.log.info('a stream is left', { host: nameOf(host), ending });
      isMute ||= ending === 'mute';
      if (ending === 'over') break;
    }
    const wasBlind = isBlind;
    isBlind = false;
    if (ending === 'over') continue;
    // Polling tells what nobody says as well: a network on which all is quiet is listened to with more patience behind it.
    if (isMute && !wasBlind) yield* pollRound(ear, ctx, told, () => false);
    else yield* pollFor(hosts.length === 0 ? Number.POSITIVE_INFINITY : wasBlind ? BLIND_RETRY_MS : RETRY_MS, listening, told);
    patienceMs = isMute ? LONG_PATIENCE_MS : PATIENCE_MS;
  }
}

const heed = async (changes: OpenChannel<StreamCursor>['changes'], ear: Ear): Promise<void> => {
  for await (const targets of changes) ear.follow(targets);
};

/**
 * What the followed profiles say, by whichever way it is to be had: a Jetstream, the stream of a relay or data server, or each of them asked in turn.
 *
 * Never ends by itself. One cursor counts for all ways, and whoever comes later begins some minutes before it; what comes twice is known by its
 * address and version.
 */
export async function* readStream(channel: OpenChannel<StreamCursor>, ctx: BlueskyCtx, clock: Clock = systemClock): Batches {
  if (ctx.abort.aborted || channel.targets.length === 0) return;
  const ear = new Ear(channel, ctx, clock);
  heed(channel.changes, ear).catch(() => undefined);
  try {
    yield* listenWell(channel, { ear, ctx, clock, pulseMs: channel.pulseMs, patienceMs: PATIENCE_MS, dictionaries: new Map() });
  } catch (error) {
    if (!ctx.abort.aborted || isRemoteError(error)) throw error;
  } finally {
    ear.looks.stop();
  }
}
