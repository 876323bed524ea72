import { systemClock, type Batch, type Clock, type OpenChannel, type SourceEvent, type Target } from '@earshot/plugin-sdk';
import { readJournal } from './journal.js';
import { ashford } from './load-town.js';
import { postRef, profileRef, toPost, toProfile } from './map-town.js';
import { beginning, nextStep, type Audible, type Position } from './position.js';
import { scriptOf, type Happening } from './script.js';
import type { PracticeCtx } from './settings.js';
import { isHeard } from './targets.js';
import { openClock, type TownClock } from './town-clock.js';
import { libraryId, type Town, type TownPost } from './town.schema.js';
import { waitOn } from './wait.js';

const batchSize = 100;

/** The longest time in which another process's reply stays unheard. */
const journalPollMs = 1_000;

/** Turns happenings into events and remembers whose profile was already told, and in which state. */
class Reporter {
  private readonly told = new Map<string, string>();

  constructor(private readonly town: Town, private readonly clock: TownClock) {}

  eventOf(happening: Happening, targets: readonly Target[]): SourceEvent | undefined {
    switch (happening.what) {
      case 'said':
        return this.said(happening.post, happening.version, happening.due, targets);
      case 'taken-back':
        return { kind: 'post-gone', ref: postRef(happening.post.id), why: 'deleted' };
      case 'changed':
        return { kind: 'profile', profile: toProfile(happening.person, happening.due) };
      case 'left':
        return { kind: 'profile-gone', ref: profileRef(happening.person.id), why: happening.why };
    }
  }

  private said(post: TownPost, version: number, due: number, targets: readonly Target[]): SourceEvent | undefined {
    // Answers to the library's replies are the only posts below a post that the town's files do not know.
    const parent = post.to === undefined ? undefined : this.town.posts.get(post.to);
    const answersUs = post.to !== undefined && (parent === undefined || parent.by === libraryId);
    if (!isHeard(targets, post, answersUs)) return undefined;
    const author = this.town.people.get(post.by);
    const event = { kind: 'post', post: toPost(post, version, this.clock) } as const;
    if (author === undefined) return event;
    const profile = toProfile(author, due);
    const state = JSON.stringify(profile);
    if (this.told.get(author.id) === state) return event;
    this.told.set(author.id, state);
    return { ...event, author: profile };
  }
}

/** Keeps the newest targets of an open channel. The host may leave `changes` pending for ever, so nobody waits for it. */
const followChanges = (channel: OpenChannel<Position>): { targets: readonly Target[]; failed?: unknown } => {
  const current: { targets: readonly Target[]; failed?: unknown } = { targets: channel.targets };
  void (async () => {
    try {
      for await (const targets of channel.changes) current.targets = targets;
    } catch (error) {
      current.failed = error;
    }
  })();
  return current;
};

interface Gathered {
  readonly events: readonly SourceEvent[];
  readonly upTo: Position;
  /** Town time of the next happening that is not yet due. */
  readonly nextDue?: number;
  readonly full: boolean;
}

const gather = (audible: Audible, from: Position, townNow: number, event: (happening: Happening) => SourceEvent | undefined): Gathered => {
  const events: SourceEvent[] = [];
  let upTo = from;
  for (;;) {
    const step = nextStep(audible, upTo);
    if (step === undefined) return { events, upTo, full: false };
    if (step.due > townNow) return { events, upTo, full: false, nextDue: step.due };
    const made = step.happening === undefined ? undefined : event(step.happening);
    if (made !== undefined) events.push(made);
    upTo = step.after;
    if (events.length === batchSize) return { events, upTo, full: true };
  }
};

/**
 * The town as a stream: what is past in batches of at most 100, then each thing when it is due, and a quiet batch three times a pulse.
 *
 * States: *catching up* (full batches, at once) → *waiting* (until something is due, another process may have acted, or the pulse) → *catching up* …
 * → *ended* by abort. Every batch carries the exact position; `heardUntil` stands only on a batch after which nothing is left that is due.
 */
export async function* listen(channel: OpenChannel<Position>, ctx: PracticeCtx, timers: Clock = systemClock): AsyncGenerator<Batch<Position>> {
  const town = await ashford();
  const script = scriptOf(town);
  const current = followChanges(channel);
  let reporter: Reporter | undefined;
  let heard = channel.cursor ?? beginning;
  // Well within the pulse, so that a slow commit does not look like death.
  const quietMs = channel.pulseMs / 3;
  let pulseAt = -Infinity;

  while (!ctx.abort.aborted) {
    if (current.failed !== undefined) throw current.failed;
    const clock = await openClock(ctx);
    const told = (reporter ??= new Reporter(town, clock));
    const audible = { town, script, journal: await readJournal(ctx), seed: ctx.settings.seed };
    const now = ctx.now();
    const found = gather(audible, heard, clock.townAt(now), (happening) => told.eventOf(happening, current.targets));
    heard = found.upTo;
    const cursor = heard;
    if (found.full) {
      yield { events: found.events, cursor };
      continue;
    }
    if (found.events.length > 0 || now.getTime() - pulseAt >= quietMs) {
      pulseAt = now.getTime();
      yield { events: found.events, cursor, heardUntil: now };
    }
    const due = found.nextDue === undefined ? Infinity : clock.untilTown(found.nextDue, ctx.now());
    await waitOn(timers, Math.min(due, journalPollMs, quietMs), ctx.abort);
  }
}
