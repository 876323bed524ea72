import type { Post, Profile, Ref, Refusal, Target } from '@earshot/plugin-sdk';
import { type Match, Said, type SearchRule } from '../follows/matcher/index.js';
import { type Cause, asksToStop, causes, decide, listedAuthor } from '../privacy/index.js';
import type { Collapsed } from './collapse.js';
import type { HearingRules } from './hearing-rules.service.js';
import { keyOf, keysOf, refText } from './key.js';
import type { KnownPost, KnownProfile } from './known.repository.js';
import { route } from './route.js';

/** Why one library hears a post. */
export interface LetIn {
  readonly libraryId: string;
  readonly cause: Cause;
  readonly followId?: string;
  readonly place?: { readonly value: string; readonly by: 'text' | 'author' };
}

/** A post that stays, with all that was decided about it. */
export interface Kept {
  readonly key: string;
  readonly post: Post;
  readonly author?: Profile;
  /** The post as it is stored, before this batch. */
  readonly stored?: KnownPost;
  readonly cause: Cause;
  readonly letIn: readonly LetIn[];
  /** Library → the saved searches, its own and those of libraries above it, that found it. */
  readonly raisedBy: ReadonlyMap<string, readonly SearchRule[]>;
  readonly refusals: readonly Refusal[];
  readonly mayClassify: boolean;
  readonly maySearch: boolean;
  readonly addressed: boolean;
  readonly answersUs: boolean;
  readonly byUs: boolean;
  /** Libraries that it tells to leave its author alone. */
  readonly stopsFor: readonly string[];
}

/** A post that somebody would hear, and that its author's refusals, or our own lists, keep out. */
export interface TurnedAway {
  readonly post: Post;
  /** The strongest of how it was heard. */
  readonly cause: Cause;
  /** The refusal that decided; absent: our own lists did. */
  readonly because?: Refusal;
}

export interface Screened {
  readonly kept: readonly Kept[];
  readonly dropped: Readonly<Record<string, number>>;
  /** Of what was dropped. */
  readonly turnedAway: readonly TurnedAway[];
  /** Posts that are stored, by their ids, and may not be in this newer version. */
  readonly withdrawn: ReadonlyMap<string, 'refused' | 'hidden'>;
}

export interface Screening {
  readonly events: Collapsed;
  readonly rules: HearingRules;
  readonly known: ReadonlyMap<string, KnownPost>;
  readonly profiles: ReadonlyMap<string, KnownProfile>;
  readonly suppressed: (post: Post) => boolean;
  readonly accountId: string;
  readonly targets: readonly Target[];
  /** The library whose staff brought it in by hand: it alone hears it, whatever is followed and listed anywhere. */
  readonly broughtInBy?: string;
}

/**
 * Decides for each post of a batch whether anybody may hear it, who, and why. Pure: the same batch over the same rules gives the same answer.
 *
 * A reply is let in by its thread, which may be in the same batch and later in it, so the posts that matched nothing are asked
 * again for as long as that lets another one in.
 */
export const screen = (given: Screening): Screened => {
  const kept = new Map<string, Kept>();
  const dropped: Record<string, number> = {};
  const turnedAway: TurnedAway[] = [];
  const drop = (reason: string): void => void (dropped[reason] = (dropped[reason] ?? 0) + 1);
  const withdrawn = new Map<string, 'refused' | 'hidden'>();
  let waiting: Asked[] = [];
  for (const [key, { post }] of given.events.posts) {
    if (given.suppressed(post)) drop('suppressed');
    else if (given.known.get(key)?.gone === true) drop('gone');
    else waiting.push(ask(key, post, given));
  }
  for (let asked = -1; asked !== waiting.length; ) {
    asked = waiting.length;
    waiting = waiting.filter((one) => {
      const verdict = judgePost(one, given, kept);
      // What answers nothing is let in by no thread: most of what a stream brings ends here, and is not asked about again.
      if (verdict === undefined) {
        const answers = one.post.inReplyTo !== undefined || one.post.root !== undefined;
        if (!answers) drop('unmatched');
        return answers;
      }
      if ('reason' in verdict) {
        drop(verdict.reason);
        if (verdict.away !== undefined) turnedAway.push({ post: one.post, ...verdict.away });
        const stored = given.known.get(one.key);
        if (stored?.known === true) withdrawn.set(stored.id, verdict.reason.startsWith('refused:') ? 'refused' : 'hidden');
      } else kept.set(one.key, verdict);
      return false;
    });
  }
  for (const _ of waiting) drop('unmatched');
  // In the order in which they were said, whatever let them in first.
  return { kept: [...given.events.posts.keys()].flatMap((key) => kept.get(key) ?? []), dropped, turnedAway, withdrawn };
};

/** A post, and what the rules say of it alone: the same however often it is asked again. */
interface Asked {
  readonly key: string;
  readonly post: Post;
  readonly said: Said;
  readonly searches: () => readonly SearchRule[];
  readonly matches: readonly Match[];
}

const ask = (key: string, post: Post, { rules, accountId, targets, profiles }: Screening): Asked => {
  const said = new Said(post.text, post.tags, post.lang);
  const searches = once(() => rules.matcher.searches(said));
  const author = post.author === undefined ? {} : { author: keyOf(post.author).remoteId, alsoKnownAs: otherNames(post.author, profiles) };
  return { key, post, said, searches, matches: rules.matcher.match({ network: post.ref.network, said, account: accountId, targets, ...author }, searches) };
};

/** What else somebody is called: by the host that told it, and by those that told of them before. */
const otherNames = (author: Ref, profiles: Screening['profiles']): readonly string[] => {
  const [own, local] = keysOf(author);
  const aliases = profiles.get(refText(author))?.aliases ?? none;
  const names = local === undefined ? aliases : [local.remoteId, ...aliases];
  return names.length === 0 ? none : [...new Set(names)].filter((name) => name !== own.remoteId);
};

/** Why a post is dropped, as it is counted. */
interface Dropped {
  readonly reason: string;
  readonly away?: Omit<TurnedAway, 'post'>;
}

/** Kept, dropped, or undefined: nothing matches it so far. */
const judgePost = (asked: Asked, given: Screening, kept: ReadonlyMap<string, Kept>): Kept | Dropped | undefined => {
  const { rules } = given;
  const { key, post, said } = asked;
  const authorKey = post.author === undefined ? undefined : refText(post.author);
  const found = given.broughtInBy === undefined ? reasonsToHear(asked, authorKey, given, kept) : broughtIn(given.broughtInBy);
  if (found.hearings.length === 0) return undefined;

  const author = authorKey === undefined ? undefined : given.events.profiles.get(authorKey);
  const stored = authorKey === undefined ? undefined : given.profiles.get(authorKey);
  if (stored?.gone === true || (authorKey !== undefined && given.events.profilesGone.has(authorKey))) return { reason: 'author-gone' };
  const refusals = [...post.refusals, ...(author?.refusals ?? stored?.refusals ?? [])];
  const allowed = found.hearings.filter((hearing) => decide(refusals, hearing.cause, 'keep').allowed);
  if (allowed.length === 0) {
    const cause = strongest(found.hearings);
    const { because } = decide(refusals, cause, 'keep');
    return { reason: `refused:${because?.purpose ?? 'keep'}`, ...(because === undefined ? {} : { away: { cause, because } }) };
  }
  // Unlisted and addressed posts are public and not meant for listeners: only those that speak to us are.
  const open = post.audience === 'public' || post.audience === 'members' ? allowed : allowed.filter((hearing) => hearing.cause === 'addressed');
  if (open.length === 0) return { reason: 'not-public' };

  const inText = rules.places.in(said);
  const lives = author?.place ?? stored?.place ?? undefined;
  const ofAuthor = lives === undefined ? nowhere : rules.places.in(new Said(lives));
  // Of an author whom staff named nobody knows who it is.
  const listed = post.author === undefined || given.broughtInBy !== undefined ? undefined : listedAuthor(post.author, keyOf(post.author).remoteId, author ?? stored, otherNames(post.author, given.profiles));
  const letIn = new Map<string, LetIn>();
  for (const hearing of open) {
    const where = route(hearing.owner, rules.tree, found.having, inText, ofAuthor);
    if (listed !== undefined && rules.notHeard.listed(rules.tree.lines.get(where.libraryId) ?? [], listed) !== undefined) continue;
    letIn.set(`${where.libraryId} ${hearing.cause} ${hearing.followId ?? ''}`, {
      libraryId: where.libraryId,
      cause: hearing.cause,
      ...(hearing.followId === undefined ? {} : { followId: hearing.followId }),
      ...(where.place === undefined ? {} : { place: where.place }),
    });
  }
  const cause = strongest(open);
  if (letIn.size === 0) return { reason: 'not-heard', away: { cause } };
  const before = given.known.get(key);
  const byUs = authorKey !== undefined && rules.identities.has(authorKey);
  const maySearch = decide(refusals, cause, 'search').allowed;
  return {
    key, post, cause, refusals,
    ...(author === undefined ? {} : { author }),
    ...(before === undefined ? {} : { stored: before }),
    letIn: [...letIn.values()],
    // Whoever asks not to be found by searching is not raised by a search either.
    raisedBy: byUs || !maySearch ? new Map() : raising(asked.searches(), letIn.values(), rules),
    mayClassify: decide(refusals, cause, 'classify').allowed,
    maySearch,
    addressed: found.addressed,
    answersUs: found.answersUs,
    byUs,
    stopsFor: asksToStop(post.text) ? [...new Set(open.flatMap((hearing) => (hearing.cause === 'addressed' ? [hearing.owner] : [])))] : [],
  };
};

const raising = (searches: readonly SearchRule[], letIn: Iterable<LetIn>, { tree }: HearingRules): ReadonlyMap<string, readonly SearchRule[]> => {
  const raised = new Map<string, readonly SearchRule[]>();
  for (const { libraryId } of letIn) {
    const above = tree.lines.get(libraryId) ?? [libraryId];
    raised.set(libraryId, searches.filter((search) => search.raises && above.includes(search.libraryId)));
  }
  return raised;
};

interface Hearing {
  readonly owner: string;
  readonly cause: Cause;
  readonly followId?: string;
}

interface Found {
  readonly hearings: readonly Hearing[];
  /** Libraries that have its thread. */
  readonly having: readonly string[];
  readonly addressed: boolean;
  readonly answersUs: boolean;
}

/** It stays where it was brought in, whatever place it names. */
const broughtIn = (libraryId: string): Found => ({ hearings: [{ owner: libraryId, cause: 'brought-in' }], having: [libraryId], addressed: false, answersUs: false });

const reasonsToHear = ({ key, post, matches }: Asked, authorKey: string | undefined, given: Screening, kept: ReadonlyMap<string, Kept>): Found => {
  const { rules, known } = given;
  const parentKey = post.inReplyTo === undefined ? undefined : refText(post.inReplyTo);
  const around = [parentKey, post.root === undefined ? undefined : refText(post.root)];
  const having = new Set<string>();
  for (const each of around) {
    if (each === undefined || each === key) continue;
    for (const library of known.get(each)?.libraries ?? none) having.add(library);
    for (const { libraryId } of kept.get(each)?.letIn ?? none) having.add(libraryId);
  }
  // A post that is told again is heard as before: what a hashtag let in, and nothing else, no thread of its own lets in for ever.
  const stored = known.get(key);
  const again = (stored?.libraries ?? none).filter((library) => !having.has(library));

  const hearings: Hearing[] = matches.map(({ rule, cause }) => ({ owner: rule.libraryId, cause, followId: rule.id }));

  const byUs = authorKey !== undefined && rules.identities.has(authorKey);
  const parentAuthor = parentKey === undefined ? undefined : (known.get(parentKey)?.author ?? authorOf(given, parentKey));
  const answered = parentAuthor === undefined || byUs ? undefined : rules.identities.get(parentAuthor);
  const mentioned = byUs ? [] : post.mentions.flatMap((ref) => rules.identities.get(refText(ref)) ?? []);
  for (const identity of answered === undefined ? mentioned : [answered, ...mentioned]) hearings.push({ owner: identity.libraryId, cause: 'addressed' });
  for (const library of having) hearings.push({ owner: library, cause: 'thread' });
  for (const library of again) hearings.push({ owner: library, cause: stored?.cause === 'search' ? 'search' : 'thread' });
  return { hearings, having: [...having, ...again], addressed: mentioned.length > 0, answersUs: answered !== undefined };
};

const authorOf = (given: Screening, key: string): string | undefined => {
  const author = given.events.posts.get(key)?.post.author;
  return author === undefined ? undefined : refText(author);
};

const strongest = (hearings: readonly Hearing[]): Cause => causes.find((cause) => hearings.some((hearing) => hearing.cause === cause)) ?? 'search';

const none: readonly never[] = [];
const nowhere: ReadonlyMap<string, string> = new Map();

const once = <Value>(make: () => Value): (() => Value) => {
  let made: Value | undefined;
  return () => (made ??= make());
};
