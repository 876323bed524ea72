import { type Clock, isRemoteError, type SourceEvent } from '@earshot/plugin-sdk';
import { fetchProfiles } from '../fetch-again.js';
import { sorted, walkBack } from '../walk-back.js';
import { profileRef } from '../refs.js';
import type { BlueskyCtx } from '../settings.js';

const AT_ONCE = 25;
/** The network's view hears of a handle when we do: it is asked once more when it has had time for it. */
const AGAIN_MS = 60_000;
const LATER_MS = 5 * 60_000;
const MOST_TRIES = 3;
/** Between somebody being followed and the stream bringing them. */
const RECENT_MS = 10 * 60_000;

interface Due {
  readonly did: string;
  readonly tries: number;
  /** What they said in the last minutes; otherwise who they are. */
  readonly recent: boolean;
}

/** Questions that a stream raises and cannot answer, asked beside it so that it waits for none. */
export class Looks {
  private readonly ctx: BlueskyCtx;
  private readonly clock: Clock;
  private readonly due = new Map<string, Due>();
  private readonly cancels = new Set<() => void>();
  private ready: SourceEvent[] = [];
  private failure: { readonly error: unknown } | undefined;
  private isAsking = false;
  private answer = Promise.withResolvers<'looked'>();

  constructor(ctx: BlueskyCtx, clock: Clock) {
    this.ctx = ctx;
    this.clock = clock;
  }

  /** Settles as soon as there is something to {@link take}. */
  get answered(): Promise<'looked'> {
    return this.answer.promise;
  }

  /** Who somebody is now, and once more a little later. */
  who(did: string): void {
    this.ask({ did, tries: 0, recent: false });
    this.later(AGAIN_MS, { did, tries: 0, recent: false });
  }

  /** What somebody said in the last minutes. */
  recent(did: string): void {
    this.ask({ did, tries: 0, recent: true });
  }

  /** There is something to take that nobody was asked for. */
  wake(): void {
    this.answer.resolve('looked');
  }

  /** @throws RemoteError where we are signed out */
  take(): readonly SourceEvent[] {
    const { ready, failure } = this;
    this.ready = [];
    this.failure = undefined;
    this.answer = Promise.withResolvers<'looked'>();
    if (failure !== undefined) throw failure.error;
    return ready;
  }

  stop(): void {
    this.due.clear();
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
  }

  private ask(due: Due): void {
    this.due.set(`${due.recent} ${due.did}`, due);
    if (!this.isAsking) void this.askAll();
  }

  private later(ms: number, due: Due): void {
    const cancel = this.clock.after(ms, () => {
      this.cancels.delete(cancel);
      this.ask(due);
    });
    this.cancels.add(cancel);
  }

  /** Never rejects. */
  private async askAll(): Promise<void> {
    this.isAsking = true;
    while (this.due.size > 0 && !this.ctx.abort.aborted) {
      const all = [...this.due.values()];
      const first = all.find(({ recent }) => recent);
      const some = first === undefined ? all.slice(0, AT_ONCE) : [first];
      for (const { recent, did } of some) this.due.delete(`${recent} ${did}`);
      await this.askSome(some);
    }
    this.isAsking = false;
  }

  private async askSome(some: readonly Due[]): Promise<void> {
    try {
      const events: SourceEvent[] = [];
      if (some[0]?.recent === true) events.push(...(await this.recentOf(some[0].did)));
      else for await (const batch of fetchProfiles(some.map(({ did }) => profileRef(did)), this.ctx)) events.push(...batch.events);
      if (events.length === 0) return;
      this.ready.push(...events);
      this.answer.resolve('looked');
    } catch (error) {
      if (this.ctx.abort.aborted) return;
      if (!isRemoteError(error) || error.kind === 'auth') {
        this.failure = { error };
        return this.answer.resolve('looked');
      }
      this.ctx.log.warn('what the stream does not tell could not be asked for', { kind: error.kind, about: some.length });
      for (const { did, tries, recent } of some) if (tries + 1 < MOST_TRIES) this.later(LATER_MS, { did, tries: tries + 1, recent });
    }
  }

  private async recentOf(did: string): Promise<readonly SourceEvent[]> {
    const since = this.ctx.now().getTime() - RECENT_MS;
    const { heard } = sorted((await walkBack({ kind: 'profile', key: did, label: did }, since, this.ctx)).items);
    return heard.filter(({ placed }) => placed.at.getTime() >= since).map(({ event }) => event);
  }
}
