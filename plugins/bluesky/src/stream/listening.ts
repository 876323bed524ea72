import { type Batch, type Clock, fromSocket, type SourceEvent } from '@earshot/plugin-sdk';
import type { BlueskyCtx } from '../settings.js';
import { carry } from './carry.js';
import type { Dictionary } from './dictionary.js';
import type { Ear } from './ear.js';
import { type Host, nameOf } from './hosts.js';
import type { StreamCursor } from './stream-cursor.js';

/** What every way of hearing is given. */
export interface Listening {
  readonly ear: Ear;
  readonly ctx: BlueskyCtx;
  readonly clock: Clock;
  readonly pulseMs: number;
  /** How long a host may bring nothing at all, though everybody is asked for. */
  readonly patienceMs: number;
  /** By origin. */
  readonly dictionaries: Map<string, Dictionary | undefined>;
}

/**
 * How listening to a host ended. `absent`: it does not speak this way. `away`: it cannot be reached. `mute`: it is open, and nobody says anything
 * there. `over`: it was heard, and its socket ended. `again`: we ended it ourselves, to listen to others or to prove that it lives.
 */
export type Ending = 'absent' | 'away' | 'mute' | 'over' | 'again';

export type Hearing = AsyncGenerator<Batch<StreamCursor>, Ending>;

/** Why we end a socket, perhaps before it opened: others are to be listened to, which says nothing of the host. */
export const OTHERS = Symbol('others are followed');

/** Half-open sockets report nothing: whoever listens looks after them. This is only the last line. */
const LONGEST_SILENCE_MS = 6 * 3_600_000;

export interface SocketPlan {
  readonly host: Host;
  readonly url: string;
  readonly opened: (socket: WebSocket) => void;
  readonly read: Parameters<typeof fromSocket<StreamCursor>>[0]['read'];
  /** Ends it from our side. */
  readonly end: AbortSignal;
}

/** Reads a socket to its end. What it brought last is given before. @returns whether it opened @throws `meant`, which is the caller's to deal with */
export async function* readSocket(plan: SocketPlan, { ear, ctx, clock, pulseMs }: Omit<Listening, 'patienceMs' | 'dictionaries'>, meant?: typeof SocketOver): AsyncGenerator<Batch<StreamCursor>, boolean> {
  let isOpen = false;
  const connect = async (): Promise<WebSocket> => {
    const socket = await ctx.connect(plan.url);
    isOpen = true;
    ear.begin();
    plan.opened(socket);
    return socket;
  };
  const abort = AbortSignal.any([ctx.abort, plan.end]);
  const batches = fromSocket<StreamCursor>({ connect, read: plan.read, pulseMs: LONGEST_SILENCE_MS, abort, host: nameOf(plan.host), clock });
  try {
    yield* carry(batches, { ear, clock, pulseMs, abort });
  } catch (error) {
    if (abort.aborted) return isOpen;
    if ((meant !== undefined && error instanceof meant) || (!(error instanceof SocketOver) && !isSocketFailure(error))) throw error;
    ctx.log.info('a stream ended', { host: nameOf(plan.host), opened: isOpen });
  }
  return isOpen;
}

/** Thrown by whoever reads frames: what came before is given, and then it is over. */
export class SocketOver extends Error {
  override readonly name = 'SocketOver';
}

const isSocketFailure = (error: unknown): boolean => {
  const kind = (error as { kind?: unknown } | null)?.kind;
  return kind === 'unreachable' || kind === 'rate-limited' || kind === 'rejected';
};

/** Longer than between two events on any network of that size. */
const GAP_US = 60_000_000;

/** What lies between what was told and where a host begins. */
export const gapBefore = (ear: Ear, firstUs: number, host: Host): readonly SourceEvent[] => {
  const { at } = ear.cursor;
  if (at === undefined || firstUs - at <= GAP_US) return [];
  return [{ kind: 'gap', from: new Date(at / 1_000), to: new Date(firstUs / 1_000), why: `${nameOf(host)} no longer has what was said since the last reading.` }];
};
