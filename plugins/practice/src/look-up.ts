import type { Batch, Ref, SourceEvent, Want } from '@earshot/plugin-sdk';
import { readJournal } from './journal.js';
import { ashford } from './load-town.js';
import { addressOf, network, postRef, profileRef, toPost, toProfile, versionAt } from './map-town.js';
import type { PracticeCtx } from './settings.js';
import { Snapshot } from './snapshot.js';
import { isAmong } from './targets.js';
import { openClock, type TownClock } from './town-clock.js';
import { libraryId, type TownPost } from './town.schema.js';

const batchSize = 100;

/** The town as it is now. */
export const lookAround = async (ctx: PracticeCtx): Promise<{ readonly town: Snapshot; readonly clock: TownClock }> => {
  const clock = await openClock(ctx);
  const town = new Snapshot(await ashford(), await readJournal(ctx), clock.townAt(ctx.now()), ctx.settings.seed);
  return { town, clock };
};

const idsOf = (refs: readonly Ref[]): readonly string[] => refs.flatMap(({ network: of, id }) => (of === network && id !== undefined ? [id] : []));

class LookUp {
  private readonly told = new Set<string>();

  constructor(private readonly town: Snapshot, private readonly clock: TownClock) {}

  events(want: Want): Iterable<SourceEvent> {
    if ('thread' in want) return idsOf([want.thread]).flatMap((id) => this.thread(id));
    if ('posts' in want) return idsOf(want.posts).map((id) => this.post(this.named(id)));
    if ('profiles' in want) return idsOf(want.profiles).map((id) => this.profile(id));
    if ('counts' in want) return idsOf(want.counts).map((id) => this.count(id));
    return this.range(want);
  }

  private thread(id: string): readonly SourceEvent[] {
    const tree = this.town.tree(this.town.rootOf(id));
    return tree.some((post) => post.id === id) ? tree.map((post) => this.asItIs(post)) : [this.post(id), ...tree.map((post) => this.asItIs(post))];
  }

  /** People name a post by its address. */
  private named(text: string): string {
    return text.includes('/') ? (this.town.all().find(({ id }) => addressOf(id) === text)?.id ?? text) : text;
  }

  private post(id: string): SourceEvent {
    const post = this.town.post(id);
    if (post !== undefined) return this.asItIs(post);
    return { kind: 'post-gone', ref: postRef(id), why: this.town.whyAuthorGone(id) === 'blocked-us' ? 'hidden' : 'deleted' };
  }

  private asItIs(post: TownPost): SourceEvent {
    if (this.town.isGone(post)) return { kind: 'post-gone', ref: postRef(post.id), why: 'deleted' };
    const seen = { root: this.town.rootOf(post.id), replies: this.town.replies(post.id) };
    const event = { kind: 'post', post: toPost(post, versionAt(post, this.town.now), this.clock, seen) } as const;
    const author = this.told.has(post.by) ? undefined : this.town.person(post.by);
    this.told.add(post.by);
    return author === undefined ? event : { ...event, author: toProfile(author, this.town.now) };
  }

  private profile(id: string): SourceEvent {
    const person = this.town.person(id);
    if (person !== undefined) return { kind: 'profile', profile: toProfile(person, this.town.now) };
    return { kind: 'profile-gone', ref: profileRef(id), why: this.town.whyGone(id) ?? 'deleted' };
  }

  private count(id: string): SourceEvent {
    const post = this.town.post(id);
    if (post === undefined || this.town.isGone(post)) return this.post(id);
    return { kind: 'counts', ref: postRef(id), replies: this.town.replies(id), likes: this.town.likes(id) };
  }

  private range({ target, since, until }: Extract<Want, { target: unknown }>): readonly SourceEvent[] {
    return this.town
      .all()
      .filter((post) => {
        const at = this.clock.realAt(post.at);
        const answersUs = post.to !== undefined && this.town.post(post.to)?.by === libraryId;
        return at >= since && at < until && isAmong([target], post, answersUs);
      })
      .map((post) => this.asItIs(post));
  }
}

/**
 * Answers what the host asks for, from the town as it is now: threads whole, with the replies that nobody follows.
 *
 * A post's `replies` counts everything below it, at any depth. Of people who left or blocked the library nothing is told but that they are gone.
 */
export async function* lookUp(want: Want, ctx: PracticeCtx): AsyncGenerator<Batch<never>> {
  const { town, clock } = await lookAround(ctx);
  const events = [...new LookUp(town, clock).events(want)];
  for (let i = 0; i < events.length && !ctx.abort.aborted; i += batchSize) yield { events: events.slice(i, i + batchSize) };
  // The town forgets nothing: what it told of a span is all of it.
  if ('target' in want && !ctx.abort.aborted) yield { events: [], heardUntil: want.until };
}
