import type { Ref } from './ref.js';

/** An image that goes with an answer, as it was approved: upright, in sRGB, with nothing in it but the picture. */
export interface AttachedImage {
  /** At most 2 MB. */
  readonly bytes: Uint8Array;
  /** One of `image/jpeg` and `image/png`. */
  readonly mediaType: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** What it shows, in words, for whoever does not see it: never empty. */
  readonly alt: string;
  /** What {@link Responder.upload} gave for it, a moment before `send`. Absent where the plugin has no `upload`; towards `find` nobody promises it. */
  readonly uploaded?: string;
}

/** One part of an answer that a person approved, on its way out. */
export interface Attempt {
  /**
   * The same for one text, for life, also over restarts; a network that knows idempotency keys gets this one. A text that a person changed after
   * a try that published nothing comes with another key. At most 64 ASCII characters.
   */
  readonly key: string;
  /** Counts from 0 where an answer was too long for one post. Each part has a key of its own. */
  readonly part: number;
  readonly text: string;
  /** What it replies to; absent for a post of our own. */
  readonly to?: Ref;
  readonly root?: Ref;
  /** BCP 47. */
  readonly lang: string;
  /** In order; empty where there are none, and wherever {@link Abilities.media} is absent. */
  readonly media: readonly AttachedImage[];
  /** When this part was first sent: where to begin looking for it. */
  readonly firstTriedAt: Date;
  /** When it was sent the last time, or was about to be: what left then may still be on its way. The same moment at a first try. */
  readonly lastTriedAt: Date;
}

/** How a network counts length, as data, so that a composer counts live. */
export interface Length {
  readonly limit: number;
  readonly unit: 'grapheme' | 'character' | 'byte';
  /** What every link counts, however long it is. Absent: as long as it is. */
  readonly urlWeight?: number;
}

/** Which images a network takes with one post, as data, so that a composer tells at once what would be refused. */
export interface MediaAbilities {
  /** Of one post. */
  readonly mostImages: number;
  /** As in `image/jpeg`. */
  readonly mediaTypes: readonly string[];
  /** Of one image. */
  readonly mostBytes: number;
  /** Width times height. Absent: as many as there are. */
  readonly mostPixels?: number;
  /** How long an alternative text may be. */
  readonly alt: Length;
}

/** A sign in place of words, towards a post: `follow` is that the account itself follows its author, as everybody may see. */
export type SmallAnswer = 'like' | 'boost' | 'follow';

/** What we may do towards one target, on its server, now: threadgates and limits differ per post. */
export interface Abilities {
  /** `by-hand`: a person must write it on the network's own page. */
  readonly reply: 'yes' | 'by-hand' | 'no';
  /** Shown to staff, and expected unless `reply` is `yes`. */
  readonly because?: string;
  readonly length: Length;
  /** Absent: a post goes without images. */
  readonly media?: MediaAbilities;
  readonly can: readonly ('edit' | 'remove' | SmallAnswer)[];
}

/**
 * Answers on a network: only what a person approved, in the library's own name.
 *
 * Every failure is a {@link RemoteError}. The host sends at most once: after `outcome-unknown` (or a crash) it calls {@link find}
 * before anything else, and a person decides when that cannot tell.
 */
export interface Responder<X> {
  /** Asked for a target (or for a post of our own) when a draft opens and again before sending. */
  abilities(to: Ref | undefined, ctx: X): Promise<Abilities>;
  /**
   * Hands one image of an answer to a network that wants images before the post that shows them. Publishes nothing: it is asked before anything of the attempt can
   * have left, so it never throws `outcome-unknown`, and after `unreachable` or `rate-limited` all images are handed over again, later. What the network
   * was given for a post that never came is the network's to clear away.
   *
   * @returns what {@link send} names it by, at most 4,000 characters: kept for this one try.
   */
  upload?(image: AttachedImage, ctx: X): Promise<string>;
  /**
   * Publishes one part. Called at most once a key, unless {@link find} answered `absent`, or a person said that it is not there where `find` cannot tell. Not retried after `rejected`; after
   * `unreachable` only when nothing can have left, which is what that kind promises here: once the request may have arrived, throw
   * `outcome-unknown`.
   *
   * @example
   * ```ts
   * async function send(attempt: Attempt, ctx: Ctx<Settings, Secrets>): Promise<Ref> {
   *   const answer = await ctx.fetch(statusesUrl, { method: 'POST', headers: { 'Idempotency-Key': attempt.key }, body: bodyOf(attempt) });
   *   if (!answer.ok) throw remoteErrorFrom(answer);
   *   return refFrom(await answer.json());
   * }
   * ```
   */
  send(attempt: Attempt, ctx: X): Promise<Ref>;
  /**
   * Looks for what {@link send} may have published. `absent` is a promise that it never was and will not turn up: say it only when
   * the network is asked in a way that would show it (by key, or by reading our own posts since `firstTriedAt`), and nothing
   * that left at `lastTriedAt` can still arrive, else `cannot-tell`.
   */
  find(attempt: Attempt, ctx: X): Promise<Ref | 'absent' | 'cannot-tell'>;
  /** Edits or removes what we sent. Removing what is gone already succeeds. */
  change?(sent: Ref, to: { text: string } | 'removed', ctx: X): Promise<void>;
  /** A small sign in place of words. Doing it twice is the same as once. */
  act?(on: Ref, what: SmallAnswer, ctx: X): Promise<void>;
}
