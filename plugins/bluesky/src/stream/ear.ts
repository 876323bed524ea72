import type { Clock, FrameBatch, OpenChannel, SourceEvent, Target } from '@earshot/plugin-sdk';
import type { BlueskyCtx } from '../settings.js';
import type { Host } from './hosts.js';
import { Looks } from './looks.js';
import { mapHappening } from './map-told.js';
import { type StreamCursor, startAt } from './stream-cursor.js';
import type { Envelope, Happening } from './told.js';

/** Hosts keep the order of events to within seconds. */
const MARGIN_US = 2_000_000;
/** New follows of whom one asks what they said meanwhile; of more at once, the stream itself is read again from some minutes ago. */
const MOST_ASKED = 25;
const REWIND_US = 5 * 60_000_000;

/** What one reading knows, whichever way it hears: whom it listens to, and how far it is. */
export class Ear {
  readonly looks: Looks;
  /** Of what was given to the host of this plugin; a socket may be further. */
  cursor: StreamCursor;
  private readonly ctx: BlueskyCtx;
  private followed: ReadonlySet<string>;
  private rewound: number | undefined;
  private reached = 0;
  private proof: FrameBatch<StreamCursor> | undefined;
  private changed: (mustReopen: boolean) => void = () => undefined;

  constructor(channel: Pick<OpenChannel<StreamCursor>, 'targets' | 'cursor'>, ctx: BlueskyCtx, clock: Clock) {
    this.ctx = ctx;
    this.cursor = channel.cursor ?? {};
    this.followed = new Set(channel.targets.map(({ key }) => key));
    this.looks = new Looks(ctx, clock);
  }

  get dids(): ReadonlySet<string> {
    return this.followed;
  }

  /** Calls `then` when others are followed, until somebody else wants to be called. */
  onChange(then: (mustReopen: boolean) => void): void {
    this.changed = then;
  }

  follow(targets: readonly Target[]): void {
    const before = this.followed;
    this.followed = new Set(targets.map(({ key }) => key));
    const added = [...this.followed].filter((did) => !before.has(did));
    const isMany = added.length > MOST_ASKED;
    // Their history ends where they were followed, and the stream brings them from now on: what lies between is asked for.
    if (isMany) this.rewound = this.ctx.now().getTime() * 1_000 - REWIND_US;
    else for (const did of added) this.looks.recent(did);
    this.changed(isMany);
  }

  /** Where to begin at a host: its own sequence where it still counts, and the time. */
  startAt(host: Host): { readonly seq?: number; readonly us: number } {
    const { cursor, rewound } = this;
    const us = startAt(cursor, host, this.ctx.now());
    const isOurs = cursor.host?.origin === host.origin && cursor.host.speaks === host.speaks;
    return { us: Math.min(us, rewound ?? us), ...(isOurs && rewound === undefined && cursor.host?.seq !== undefined ? { seq: cursor.host.seq } : {}) };
  }

  /** A socket is open there. */
  begin(): void {
    this.reached = this.cursor.at ?? 0;
    this.rewound = undefined;
  }

  /** One event of a host. Of strangers only that it came: then all that was wanted before it has come as well. */
  hear(host: Host, envelope: Envelope, happening: Happening | undefined): FrameBatch<StreamCursor> {
    const isWanted = happening !== undefined && this.followed.has(envelope.did);
    const { events, look } = isWanted ? mapHappening(happening, envelope, this.ctx.now()) : { events: [], look: undefined };
    if (look === true) this.looks.who(envelope.did);
    return this.progress(host, envelope, events);
  }

  /** Nothing was said since `seq`, as of then: the host itself says so. */
  prove(host: Host, asOf: Date, seq: number): void {
    this.proof = this.progress(host, { timeUs: asOf.getTime() * 1_000, seq }, []);
    this.looks.wake();
  }

  takeProof(): Partial<FrameBatch<StreamCursor>> {
    const { proof } = this;
    this.proof = undefined;
    if (proof?.cursor !== undefined) this.cursor = proof.cursor;
    return proof ?? {};
  }

  progress({ origin, speaks }: Host, { timeUs, seq }: Pick<Envelope, 'timeUs' | 'seq'>, events: readonly SourceEvent[]): FrameBatch<StreamCursor> {
    // A host whose clock is ahead claims nothing that is still to come.
    this.reached = Math.max(this.reached, Math.min(timeUs, this.ctx.now().getTime() * 1_000));
    return { events, cursor: { at: this.reached, host: { origin, speaks, ...(seq === undefined ? {} : { seq }) } }, heardUntil: new Date((this.reached - MARGIN_US) / 1_000) };
  }
}
