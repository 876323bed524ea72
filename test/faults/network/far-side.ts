import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { mixed } from '../frame/draw.ts';
import { type ScriptEvent, type ScriptWish, batchAt, scriptOf } from './script.ts';

export type Pulled = { readonly begin: number; readonly end: number; readonly heardUntil: number } | { readonly lost: number };
export type Found = { readonly id: string } | 'absent' | 'cannot-tell';

/** How the far side treats a reply the first time: whether it takes it, whether its answer arrives, and whether it can be asked afterwards. */
export type Manner = 'well' | 'taken, unanswered' | 'not taken, unanswered' | 'taken, untold' | 'not taken, untold';
const manners: readonly Manner[] = ['well', 'well', 'well', 'taken, unanswered', 'not taken, unanswered', 'taken, untold', 'not taken, untold'];

export interface Pull {
  /** Whose account asks. */
  readonly reader: string;
  readonly channel: number;
  readonly from: number | undefined;
  readonly pid: number;
  readonly at: number;
}

/** A stretch of a channel that one reader was not told, because its cursor was lost: events, and from when to when they were said. */
export interface Missed {
  readonly of: string;
  readonly begin: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** One asking, by one process: where it was killed there is no end. */
export interface Advising {
  readonly need: string;
  readonly pid: number;
  readonly begun: number;
  ended?: number;
}

/** What is found for any need. */
export const booksFor = 5;

/** A channel as one account reads it. */
export const readingOf = (reader: string, channel: number): string => `${reader}/${channel}`;

/** A reply on its way: `arrives` before it is taken, `taken` before it is answered, `asked` before anybody is told whether it is there. */
export interface Moment {
  readonly what: 'arrives' | 'taken' | 'asked';
  readonly key: string;
  /** Counts from 1: what arrived, or was asked for. */
  readonly nth: number;
  readonly pid: number;
}

/**
 * The network itself, beside Earshot: it says when the next events are out and until when it told everything, takes replies, counts them, and remembers
 * what it was asked. Nothing that Earshot believes is taken from Earshot.
 */
export class FarSide {
  readonly wish: ScriptWish;
  readonly script: readonly (readonly ScriptEvent[])[];
  readonly pulls: Pull[] = [];
  /** How often each key was taken. */
  readonly taken = new Map<string, number>();
  /** The keys that were taken, in the order of their first taking. */
  readonly order: string[] = [];
  readonly refOf = new Map<string, string>();
  /** Of each key that was taken: which post it answered. */
  readonly answered = new Map<string, string | undefined>();
  /** Of each answered pull: until when everything was told, and where the next begins. */
  readonly told: { readonly of: string; readonly end: number; readonly heardUntil: number }[] = [];
  readonly missed: Missed[] = [];
  /** Before each batch; what has all been said is waited for longer. */
  paceMs = 15;
  /** Of a reading: where its cursor is lost, once, and how many events with it. */
  readonly losing = new Map<string, { readonly after: number; readonly events: number }>();
  /** Who was asked for advice on what, as it went on. */
  readonly advising: Advising[] = [];
  onAdvice: (step: number) => Promise<void> | void = () => {};
  onReply: (moment: Moment) => Promise<void> | void = () => {};
  private readonly server: Server;
  private readonly wakers = new Set<() => void>();
  private arrived = 0;
  private sought = 0;
  private advised = 0;
  private readonly tried = new Set<string>();

  private constructor(wish: ScriptWish) {
    this.wish = wish;
    this.script = scriptOf(wish);
    this.server = createServer((request, response) => void this.answer(request, response).catch(() => response.destroy()));
    this.server.keepAliveTimeout = 60_000;
  }

  static async open(wish: ScriptWish): Promise<FarSide> {
    const side = new FarSide(wish);
    side.server.listen(0, '127.0.0.1');
    await once(side.server, 'listening');
    return side;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Once so many batches were asked for, by all processes. */
  async asked(times: number): Promise<void> {
    while (this.pulls.length < times) await new Promise<void>((resolve) => this.wakers.add(resolve));
  }

  mannerOf(key: string): Manner {
    return manners[mixed(this.wish.seed, 'manner', key) % manners.length] as Manner;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const told = JSON.parse(Buffer.concat(await request.toArray() as Buffer[]).toString()) as never;
    if (path === '/pull') return give(response, await this.pull(told));
    if (path === '/missed') return give(response, this.missedOf(told));
    if (path === '/find') return give(response, await this.find(told));
    if (path.startsWith('/advising')) return give(response, await this.advise(path, told));
    return this.take(told, response);
  }

  private async pull({ reader, channel, from, pid }: Omit<Pull, 'at'>): Promise<Pulled> {
    this.pulls.push({ reader, channel, from, pid, at: performance.now() });
    for (const wake of this.wakers) wake();
    this.wakers.clear();
    const of = readingOf(reader, channel);
    const events = this.script[channel]?.length ?? 0;
    const [loss, lost] = [this.losing.get(of), this.missed.find((each) => each.of === of)];
    // Whoever asks with the old cursor is told so each time: a process may have asked without one, and been killed before it stored where it stands.
    if (from !== undefined && loss !== undefined && (lost === undefined ? from >= loss.after : from < lost.end)) {
      const now = Date.now();
      if (lost === undefined) this.missed.push({ of, begin: from, end: Math.min(events, from + loss.events), from: this.heardUntil(of, from), to: now });
      // Whoever was killed before they stored what they were told last comes with an older cursor, which is lost as well: they miss more.
      else if (from < lost.begin) this.missed[this.missed.indexOf(lost)] = { ...lost, begin: from, from: this.heardUntil(of, from) };
      return { lost: now };
    }
    const begin = from ?? lost?.end ?? 0;
    await sleep(begin >= events ? 300 : this.paceMs);
    const heardUntil = Date.now();
    const end = Math.min(events, begin + batchAt(this.wish, channel, begin));
    this.told.push({ of, end, heardUntil });
    return { begin, end, heardUntil };
  }

  /** Until when everything was told to whoever stands there; 0: nothing was. */
  heardUntil(of: string, at: number): number {
    return Math.max(0, ...this.told.filter((each) => each.of === of && each.end <= at).map(({ heardUntil }) => heardUntil));
  }

  /** What was missed between, whole: the far side keeps everything. */
  private missedOf({ reader, channel, since, until }: { readonly reader: string; readonly channel: number; readonly since: string; readonly until: string }): { readonly begin: number; readonly end: number } {
    const of = readingOf(reader, channel);
    return this.missed.find((each) => each.of === of && each.from < Date.parse(until) && each.to >= Date.parse(since)) ?? { begin: 0, end: 0 };
  }

  private async advise(path: string, { need, pid }: { readonly need: string; readonly pid: number }): Promise<{ readonly books: number }> {
    if (path === '/advising') this.advising.push({ need, pid, begun: performance.now() });
    const under = this.advising.findLast((each) => each.need === need && each.pid === pid);
    if (path === '/advising/end' && under !== undefined) under.ended = performance.now();
    await this.onAdvice(++this.advised);
    await sleep(mixed(this.wish.seed, 'advice', need) % 120);
    return { books: booksFor };
  }

  private async find({ key, pid }: { readonly key: string; readonly pid: number }): Promise<Found> {
    await this.onReply({ what: 'asked', key, nth: ++this.sought, pid });
    if (this.mannerOf(key).endsWith('untold')) return 'cannot-tell';
    const id = this.refOf.get(key);
    return id === undefined ? 'absent' : { id };
  }

  private async take({ key, to, pid }: { readonly key: string; readonly to?: string; readonly pid: number }, response: ServerResponse): Promise<void> {
    const nth = ++this.arrived;
    const manner = this.mannerOf(key);
    const first = !this.tried.has(key);
    this.tried.add(key);
    await this.onReply({ what: 'arrives', key, nth, pid });
    if (first && manner.startsWith('not taken')) return void response.destroy();
    if (!this.taken.has(key)) this.order.push(key);
    this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
    this.refOf.set(key, `reply-${key}`);
    this.answered.set(key, to);
    await this.onReply({ what: 'taken', key, nth, pid });
    if (first && manner !== 'well') return void response.destroy();
    await sleep(mixed(this.wish.seed, 'slow', key) % 60);
    give(response, { id: `reply-${key}` });
  }
}

const give = (response: ServerResponse, answer: unknown): void => void response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
