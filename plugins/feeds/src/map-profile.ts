import { createHash } from 'node:crypto';
import type { Profile, Ref } from '@earshot/plugin-sdk';
import { compact } from './entry-fields.js';
import type { Feed, Person } from './feed.js';
import { refusedBy } from './feed-signs.js';

export const NETWORK = 'feeds';

const BIO = 2_000;

export const refTo = (id: string): Ref => ({ network: NETWORK, id });

/** The feed's title in one line; its host where it has none. */
export const titleOf = (feed: Feed, address: string): string => feed.title ?? URL.parse(address)?.host ?? address;

/** The feed as somebody who speaks: for entries that name no author, and for whoever follows it. Its id is its address. */
export const profileOfFeed = (feed: Feed, scope: string): Profile =>
  compact<Profile>({
    ref: refTo(scope),
    handle: titleOf(feed, scope),
    name: feed.title,
    bio: feed.description?.slice(0, BIO).toWellFormed(),
    url: feed.site ?? scope,
    avatar: feed.image,
    refusals: refusedBy(feed.signs),
  });

/**
 * Somebody named in a feed. A name means one person within one feed and nothing beyond it. Those who comment are told apart from
 * those who write, so that nobody becomes the editor by signing as one.
 */
export const profileOfPerson = (person: Person, scope: string, role: 'author' | 'commenter', signs: readonly string[]): Profile => {
  const key = createHash('sha256').update(person.name.normalize('NFKC').toLowerCase()).digest('hex').slice(0, 16);
  return compact<Profile>({
    ref: refTo(`${scope}#${role}-${key}`),
    handle: person.name,
    name: person.name,
    url: person.url,
    avatar: person.avatar,
    refusals: refusedBy(signs),
  });
};

/** The feed that a profile's ref belongs to. */
export const scopeOf = (ref: Ref): string | undefined => {
  const [scope = ''] = (ref.id ?? '').split('#');
  return /^https?:\/\//i.test(scope) && URL.canParse(scope) ? scope : undefined;
};
