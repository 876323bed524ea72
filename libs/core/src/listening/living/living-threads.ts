import { Injectable } from '@nestjs/common';
import { type Clock, type Counts, type Ref, isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type Jobs, defineJob } from '../../jobs/index.js';
import type { Logger } from '../../logging/index.js';
import { Intake, type PluginHost, type PluginRegistry } from '../../plugins/index.js';
import type { StopWatch } from '../../stops/index.js';
import { byAccount } from '../by-account.js';
import { refText } from '../key.js';
import { nextLook } from './look-schedule.js';
import type { LookSettled, TakenLook, ThreadLooks } from './thread-looks.repository.js';

/** Looks at what is due: every minute, and as soon as something was stored that is due already. */
export const lookAgainJob = defineJob({
  name: 'listening.look-again', data: z.strictObject({}), actsFor: 'installation',
  atOnce: 1, deadlineSeconds: 900, retry: { times: 1, firstSeconds: 30, longestSeconds: 60 }, alone: true, schedule: '* * * * *',
});

const [minute, hour] = [60_000, 3_600_000];
/** Longer than the looks of one taking can last. What a killed process took is free before that, as soon as it is known to be gone. */
const leaseMs = 15 * minute;
const takenAtOnce = 200;
/** Whole trees that one account fetches in a run; what grew beyond that is next. */
const treesAtOnce = 50;
/** Who asks again within this time is told what was seen then. */
const seenWithinMs = 30_000;
const whenUnreachableMs = 15 * minute;
/** Whoever waits for one look waits no longer than this. */
const patienceMs = 15_000;

export interface LookWish {
  /** What was seen within this time will do. */
  readonly seenWithinMs?: number;
  /** How long whoever asks waits. */
  readonly patienceMs?: number;
}

export type NotLooked = { readonly failed: 'busy' } | { readonly failed: 'nobody-can-ask' } | { readonly failed: 'network'; readonly words: string };
export type Looked = { readonly seenAt: Date } | NotLooked;

export interface LivingThreadsParts {
  readonly looks: ThreadLooks;
  readonly host: Pick<PluginHost, 'fetch'>;
  readonly registry: Pick<PluginRegistry, 'sources'>;
  readonly intake: Intake;
  readonly stops: Pick<StopWatch, 'during'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Looks again at the threads that are heard, because those whom nobody follows speak in them: first how many answers there are, of many posts
 * in one question, and then the whole thread only where it grew. A row's lease keeps two processes from looking at one thread; who asks for one
 * in the process that looks at it is told what that look sees.
 */
@Injectable()
export class LivingThreads {
  /** Looks on demand that are under way, by thread. */
  private readonly demanded = new Map<string, Promise<Looked>>();

  constructor(
    private readonly parts: LivingThreadsParts,
    jobs: Jobs,
  ) {
    jobs.handle(lookAgainJob, ({ abort }) => this.lookAtDue(abort));
  }

  /** All that is due now. What one account's network does wrong delays the threads of that account. */
  async lookAtDue(abort: AbortSignal): Promise<void> {
    const trees = new Map<string, number>();
    while (!abort.aborted) {
      const taken = await this.take(takenAtOnce);
      if (taken.length === 0) return;
      await byAccount(taken, async (looks, accountId) => {
        const left = trees.get(accountId) ?? treesAtOnce;
        trees.set(accountId, left - (await this.look(looks, { mostTrees: left, patient: true }, this.untilStopped(looks, abort))).trees);
      });
    }
  }

  /** One thread, now: before a draft is shown, or the reasons claim that nobody answered. Whoever waits is told so after a while; the look goes on, and what it brings is stored. */
  lookNow(threadId: string, wish: LookWish = {}): Promise<Looked> {
    return new Promise((resolve, reject) => {
      const cancel = this.parts.clock.after(wish.patienceMs ?? patienceMs, () => resolve({ failed: 'network', words: 'It takes long to answer. What it answers is stored.' }));
      this.lookTogether(threadId, wish.seenWithinMs ?? seenWithinMs).then(resolve, reject).finally(cancel);
    });
  }

  private lookTogether(threadId: string, within: number): Promise<Looked> {
    const under = this.demanded.get(threadId) ?? this.lookAt(threadId, within).finally(() => this.demanded.delete(threadId));
    this.demanded.set(threadId, under);
    return under;
  }

  private async lookAt(threadId: string, within: number): Promise<Looked> {
    const { looks } = this.parts;
    const seen = await looks.seenAt(threadId);
    if (seen !== undefined && this.parts.clock.now() - seen.getTime() < within) return { seenAt: seen };
    await looks.want(threadId);
    const [taken] = await this.take(1, [threadId]);
    if (taken === undefined) return { failed: (await looks.since([threadId])).size === 0 ? 'nobody-can-ask' : 'busy' };
    const { words } = await this.look([taken], { mostTrees: 1, patient: false }, new AbortController().signal);
    const seenAt = await looks.seenAt(threadId);
    return words !== undefined || seenAt === undefined ? { failed: 'network', words: words ?? 'Nothing of it is left to ask for.' } : { seenAt };
  }

  /** Aborted as well once somebody stops listening for the account's library. */
  private untilStopped([first]: readonly TakenLook[], abort: AbortSignal): AbortSignal {
    return first === undefined ? abort : this.parts.stops.during(first.libraryId, 'listening', abort);
  }

  private take(most: number, threads?: readonly string[]): Promise<readonly TakenLook[]> {
    const now = this.parts.clock.now();
    return this.parts.looks.take({ now: new Date(now), until: new Date(now + leaseMs), most, plugins: this.parts.registry.sources(), ...(threads === undefined ? {} : { threads }) });
  }

  /** Threads of one account. Each is given back, whatever happens. */
  private async look(looks: readonly TakenLook[], { mostTrees, patient }: { readonly mostTrees: number; readonly patient: boolean }, abort: AbortSignal): Promise<{ readonly trees: number; readonly words?: string }> {
    const at = new Date(this.parts.clock.now());
    const asked = looks.filter((look) => look.wanted && look.posts.length > 0);
    let waiting = [...looks];
    const settle = async (settled: readonly LookSettled[]): Promise<void> => {
      const done = new Set(settled.map(({ look }) => look.threadId));
      waiting = waiting.filter((look) => !done.has(look.threadId));
      await this.parts.looks.settle(settled);
    };
    let trees = 0;
    try {
      await settle(looks.filter((look) => !asked.includes(look)).map((look) => unseen(look, nextLook({ since: look.since, at, grown: 0, before: undefined }) ?? null, look.dueSince)));
      const counts = await this.counts(asked, patient, abort);
      const grown = asked.filter((look) => hasGrown(look, counts));
      await settle(asked.filter((look) => !grown.includes(look)).map((look) => this.seen(look, { at, counts, grown: 0, since: look.since })));
      for (const look of grown) {
        if (trees === mostTrees || abort.aborted) break;
        trees++;
        await settle([await this.fetchTree(look, { at, counts, patient }, abort)]);
      }
      // Those for whom there was no room are of the next run.
      await settle(waiting.map((look) => unseen(look, new Date(at.getTime() + minute), look.dueSince ?? look.nextAt ?? at)));
      return { trees };
    } catch (error) {
      // Stopped in the middle: somebody else goes on at once.
      const { nextAt, words } = abort.aborted ? { nextAt: undefined, words: 'It was stopped.' } : this.whenAgain(error, at);
      await this.parts.looks.settle(waiting.map((look) => unseen(look, nextAt ?? look.nextAt ?? at, look.dueSince ?? look.nextAt ?? at)));
      return { trees, words };
    }
  }

  /** By post id; what the network cannot count is not in it. */
  private async counts(looks: readonly TakenLook[], patient: boolean, abort: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const [first] = looks;
    if (first === undefined) return new Map();
    const posts = looks.flatMap((look) => look.posts);
    const byKey = new Map(posts.map((post) => [refText(post.ref), post.id]));
    const found = new Map<string, number>();
    for await (const batch of this.parts.host.fetch(first.accountId, { counts: posts.map((post) => post.ref) }, abort, { patient })) {
      for (const event of batch.events) if (event.kind === 'counts') found.set(byKey.get(refText(event.ref)) ?? '', (event as Counts).replies);
      await this.parts.intake.takeFetched(first, batch);
    }
    found.delete('');
    return found;
  }

  private async fetchTree(look: TakenLook, { at, counts, patient }: { readonly at: Date; readonly counts: ReadonlyMap<string, number>; readonly patient: boolean }, abort: AbortSignal): Promise<LookSettled> {
    const before = look.since;
    let grown = 0;
    try {
      for await (const batch of this.parts.host.fetch(look.accountId, { thread: (look.posts[0] as { ref: Ref }).ref }, abort, { patient })) grown += (await this.parts.intake.takeFetched(look, batch)).kept;
    } catch (error) {
      // The network does not show this one thread: the others are asked for all the same.
      if (!isRemoteError(error) || (error.kind !== 'rejected' && error.kind !== 'invalid-data')) throw error;
      return unseen(look, nextLook({ since: before, at, grown: 0, before: undefined }) ?? null, look.dueSince ?? look.nextAt ?? at);
    }
    return this.seen(look, { at, counts, grown, since: (await this.parts.looks.since([look.threadId])).get(look.threadId) ?? before });
  }

  private seen(look: TakenLook, told: { readonly at: Date; readonly counts: ReadonlyMap<string, number>; readonly grown: number; readonly since: Date }): LookSettled {
    const { at, counts, grown, since } = told;
    const asked = look.posts.flatMap(({ id }) => (counts.has(id) ? [[id, counts.get(id) as number] as const] : []));
    return { look, nextAt: nextLook({ since, at, grown, before: look.seenAt ?? undefined }) ?? null, seenAt: at, dueSince: null, counts: { ...look.counts, ...Object.fromEntries(asked) } };
  }

  private whenAgain(error: unknown, at: Date): { readonly nextAt: Date; readonly words: string } {
    if (isRemoteError(error)) {
      const asked = error.kind === 'rate-limited' ? error.facts.retryAfter?.getTime() : undefined;
      return { nextAt: new Date(Math.max(asked ?? 0, at.getTime() + (error.kind === 'rate-limited' ? 5 * minute : whenUnreachableMs))), words: error.message };
    }
    this.parts.log.warn('Threads could not be looked at again', { error });
    return { nextAt: new Date(at.getTime() + hour), words: 'It failed unexpectedly; the log says more.' };
  }
}

const unseen = (look: TakenLook, nextAt: Date | null, dueSince: Date | null): LookSettled => ({ look, nextAt, seenAt: null, dueSince: nextAt === null ? null : dueSince, counts: look.counts });

/** More answers than at the last look, or than are stored; or the network counts none of its posts, and only the thread itself can tell. */
const hasGrown = (look: TakenLook, counts: ReadonlyMap<string, number>): boolean =>
  look.posts.every(({ id }) => !counts.has(id)) || look.posts.some(({ id, stored }) => (counts.get(id) ?? 0) > (look.counts[id] ?? stored));
