import { whenQuiet } from './carry.js';
import type { Ear } from './ear.js';
import type { Host } from './hosts.js';
import { jetstreamReader } from './jetstream-reader.js';
import { gapBefore, type Hearing, type Listening, OTHERS, readSocket } from './listening.js';
import { POSTS, PROFILES } from './map-told.js';

const COLLECTIONS = [POSTS, PROFILES];
/** What one filter takes. */
const MOST_DIDS = 10_000;
/** After this long without anything we ask whether it lives, and this long it has to answer. */
export const QUIET_MS = 60_000;
const ANSWER_MS = 30_000;

const update = (dids: readonly string[]): string => JSON.stringify({ type: 'options_update', payload: { wantedCollections: COLLECTIONS, wantedDids: dids } });

/**
 * Listens to `/subscribe`: `wide` ─ anything came ─▶ `narrow` ─ quiet for a minute ─▶ `wide`; where nothing comes then, the socket is dead.
 *
 * `wide` is everybody, `narrow` whom we follow; both are asked for in band, and nothing that is wanted is missed between them. The first moment of
 * everybody shows where the host begins, which it does not say where it no longer has what was asked for; any later one, that all was heard
 * until then: a stream of few says nothing for hours, and so does a dead one.
 */
export async function* listenV1(host: Host, listening: Listening): Hearing {
  const { ear, clock, ctx, patienceMs } = listening;
  const openedUs = ctx.now().getTime() * 1_000;
  const own = new AbortController();
  let [state, isFirst]: ['wide' | 'narrow', boolean] = ['wide', true];
  let socket: WebSocket | undefined;
  const ask = (next: typeof state): void => {
    state = next;
    if (socket?.readyState === WebSocket.OPEN) socket.send(update(next === 'wide' ? [] : whomTo(ear)));
  };
  const quiet = whenQuiet(clock, patienceMs, () => {
    if (state === 'wide') return own.abort();
    ask('wide');
    quiet.touch(ANSWER_MS);
  });
  const onEvent = ({ timeUs }: { readonly timeUs: number }) => {
    quiet.touch(QUIET_MS);
    if (state === 'wide' && ear.dids.size <= MOST_DIDS) ask('narrow');
    if (!isFirst) return [];
    isFirst = false;
    return gapBefore(ear, Math.min(timeUs, openedUs), host);
  };
  ear.onChange((mustReopen) => {
    if (mustReopen) own.abort(OTHERS);
    else if (state === 'narrow') ask('narrow');
  });
  const url = new URL('/subscribe', host.origin);
  for (const collection of COLLECTIONS) url.searchParams.append('wantedCollections', collection);
  url.searchParams.set('requireHello', 'true');
  url.searchParams.set('cursor', String(ear.startAt(host).us));
  try {
    const opened = yield* readSocket({ host, url: url.href, opened: (open) => ((socket = open), ask('wide'), quiet.touch(patienceMs)), read: jetstreamReader(ear, host, { onEvent }), end: own.signal }, listening);
    if (own.signal.reason === OTHERS) return 'again';
    if (!opened) return 'away';
    if (!own.signal.aborted) return 'over';
    return isFirst ? 'mute' : 'again';
  } finally {
    quiet.stop();
    own.abort();
  }
}

/** More than a filter takes are told from the others here. */
const whomTo = (ear: Ear): readonly string[] => (ear.dids.size > MOST_DIDS ? [] : [...ear.dids]);
