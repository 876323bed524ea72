import type { Target } from '@earshot/plugin-sdk';
import { toProfile } from './map-town.js';
import type { Snapshot } from './snapshot.js';
import { libraryId, type TownPost } from './town.schema.js';

const wholeTown: Target = { kind: 'timeline', key: 'town', label: 'Everything said in Ashford' };
const ourMentions: Target = { kind: 'mentions', key: libraryId, label: 'What addresses the library' };

const tagKey = (tag: string): string => tag.replace(/^#/, '').toLowerCase();

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** What the typed text could mean: "town", "mentions", "#tag", "@handle", a profile's address, or (part of) a name. */
export const targetsFor = (text: string, town: Snapshot): readonly Target[] => {
  const asked = folded(text.trim());
  if (asked === '') return [];
  if (asked === 'town' || asked === 'ashford') return [wholeTown];
  if (asked === 'mentions') return [ourMentions];
  if (asked.startsWith('#')) return /^#[\p{L}\p{N}_]+$/u.test(asked) ? [{ kind: 'hashtag', key: tagKey(text.trim()), label: text.trim() }] : [];
  return town
    .people()
    .map((person) => toProfile(person, town.now))
    .filter((profile) => profile.url === text.trim() || profile.handle === asked || (!asked.startsWith('@') && folded(profile.name ?? '').includes(asked)))
    .map((profile) => ({ kind: 'profile', key: profile.ref.id ?? '', label: `${profile.name ?? ''} (${profile.handle})` }));
};

/** Whether a post is among what was asked for. `answersUs` tells replies to the library, which address it as a mention does. */
export const isAmong = (targets: readonly Target[], post: TownPost, answersUs: boolean): boolean =>
  targets.some((target) => {
    switch (target.kind) {
      case 'timeline':
        return true;
      case 'profile':
        return target.key === post.by;
      case 'hashtag':
        return post.tags.some((tag) => tagKey(tag) === tagKey(target.key));
      case 'mentions':
        return answersUs || post.mentions.includes(libraryId);
      default:
        return false;
    }
  });

/** The channel's filter. What addresses us, and what we said ourselves, comes with every stream, as it does on a signed-in user's stream elsewhere. */
export const isHeard = (targets: readonly Target[], post: TownPost, answersUs: boolean): boolean =>
  post.by === libraryId || isAmong([...targets, ourMentions], post, answersUs);
