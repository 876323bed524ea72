import type { Post, Profile, Ref, SourceEvent } from '@earshot/plugin-sdk';
import { keyOf, keyText } from './key.js';

/** One host's names for things of a network. */
export interface LocalName {
  readonly network: string;
  readonly host: string;
  readonly id: string;
}

/** The network's names for posts and for people, by one host's: a post and a person may have the same one there. */
export interface Names {
  readonly posts: ReadonlyMap<string, string>;
  readonly profiles: ReadonlyMap<string, string>;
}

type Of = 'posts' | 'profiles';
type Change = (ref: Ref, of: Of) => Ref;

export const localText = ({ network, host, id }: LocalName): string => `${network}\0${host}\0${id}`;

const localOf = ({ network, local }: Ref): LocalName | undefined => (local === undefined ? undefined : { network, ...local });

/** What these events name by one host's name alone, and nowhere among them by the network's: to be looked up. */
export const unnamedIn = (events: readonly SourceEvent[]): Readonly<Record<Of, readonly LocalName[]>> => {
  const named = namesIn(events);
  const unnamed = { posts: new Map<string, LocalName>(), profiles: new Map<string, LocalName>() };
  eachRef(events, (ref, of) => {
    const local = localOf(ref);
    if (ref.id === undefined && local !== undefined && !named[of].has(localText(local))) unnamed[of].set(localText(local), local);
  });
  return { posts: [...unnamed.posts.values()], profiles: [...unnamed.profiles.values()] };
};

/**
 * The events, in which whatever the network has a name for goes by that, also where only one host's name for it was told: as `stored` knows it, or
 * as another event of the batch tells it. Then the way of a batch need not know that there are two names.
 */
export const nameEvents = (events: readonly SourceEvent[], stored: Names): readonly SourceEvent[] => {
  if (!anyLocal(events)) return events;
  const told = namesIn(events);
  return events.map((event) => changed(event, (ref, of) => {
    const local = localOf(ref);
    if (ref.id !== undefined || local === undefined) return ref;
    const id = stored[of].get(localText(local)) ?? told[of].get(localText(local));
    // Stored by that very name: nobody told another one yet.
    return id === undefined || id === keyOf(ref).remoteId ? ref : { ...ref, id };
  }));
};

/** Most networks have one name for a thing, and nothing is to be done. */
const anyLocal = (events: readonly SourceEvent[]): boolean => {
  let any = false;
  eachRef(events, (ref) => (any ||= ref.local !== undefined && ref.id === undefined));
  return any;
};

const namesIn = (events: readonly SourceEvent[]): Names => {
  const names = { posts: new Map<string, string>(), profiles: new Map<string, string>() };
  eachRef(events, (ref, of) => {
    const local = localOf(ref);
    // Of two claims to one name the first holds, in whatever order they are asked for.
    if (local !== undefined && ref.id !== undefined && keyText(keyOf(ref)) !== localText(local)) {
      const known = names[of].get(localText(local));
      if (known === undefined || ref.id < known) names[of].set(localText(local), ref.id);
    }
  });
  return names;
};

/** Makes nothing: a stream of thousands a second goes through here. */
const eachRef = (events: readonly SourceEvent[], see: (ref: Ref, of: Of) => unknown): void => {
  const seen = (ref: Ref | undefined, of: Of): unknown => ref !== undefined && see(ref, of);
  const profile = (one: Profile | undefined): unknown => one !== undefined && (seen(one.ref, 'profiles'), seen(one.movedTo, 'profiles'));
  for (const event of events) {
    if (event.kind === 'post') {
      const { ref, inReplyTo, root, quotes, author, mentions } = event.post;
      for (const each of [ref, inReplyTo, root]) seen(each, 'posts');
      for (const each of quotes ?? []) seen(each, 'posts');
      for (const each of mentions) seen(each, 'profiles');
      seen(author, 'profiles');
      profile(event.author);
    } else if (event.kind === 'profile') profile(event.profile);
    else if (event.kind === 'profile-gone') seen(event.ref, 'profiles');
    else if (event.kind === 'post-gone' || event.kind === 'counts') seen(event.ref, 'posts');
  }
};

const changed = (event: SourceEvent, change: Change): SourceEvent => {
  switch (event.kind) {
    case 'post':
      return { ...event, post: changedPost(event.post, change), ...(event.author === undefined ? {} : { author: changedProfile(event.author, change) }) };
    case 'profile':
      return { ...event, profile: changedProfile(event.profile, change) };
    case 'post-gone':
    case 'counts':
      return { ...event, ref: change(event.ref, 'posts') };
    case 'profile-gone':
      return { ...event, ref: change(event.ref, 'profiles') };
    case 'gap':
    case 'unreadable':
    case 'waiting':
      return event;
  }
};

const changedPost = (post: Post, change: Change): Post => ({
  ...post,
  ref: change(post.ref, 'posts'),
  mentions: post.mentions.map((ref) => change(ref, 'profiles')),
  ...(post.author === undefined ? {} : { author: change(post.author, 'profiles') }),
  ...(post.inReplyTo === undefined ? {} : { inReplyTo: change(post.inReplyTo, 'posts') }),
  ...(post.root === undefined ? {} : { root: change(post.root, 'posts') }),
  ...(post.quotes === undefined ? {} : { quotes: post.quotes.map((ref) => change(ref, 'posts')) }),
});

const changedProfile = (profile: Profile, change: Change): Profile => ({
  ...profile, ref: change(profile.ref, 'profiles'), ...(profile.movedTo === undefined ? {} : { movedTo: change(profile.movedTo, 'profiles') }),
});
