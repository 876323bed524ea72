import type { Purpose, Refusal } from '@earshot/plugin-sdk';

/**
 * How we came to hear a post, from the strongest to the weakest: it addresses us; its author is followed by name;
 * it stands in a thread that we hear; a hashtag, a word or a search found it. What staff brought in by hand is heard by that alone.
 */
export const causes = ['addressed', 'brought-in', 'followed', 'thread', 'search'] as const;
export type Cause = (typeof causes)[number];

/**
 * What a refusal forbids, by how we heard the post. docs/privacy.md shows this table to the public; change both.
 *
 * Not "drop whoever is not indexable": that is the default on some networks and would deafen a library to people who follow it.
 * `search` therefore forbids hearing by hashtag or search, and finding it again, but not hearing a person whom a library follows by name.
 * Whoever addresses us wants to be heard and answered: then only what goes beyond that is forbidden.
 * Of what staff brought in nobody tells us what its author refuses: they decided.
 */
export const consentTable: Readonly<Record<Purpose, Readonly<Record<Cause, readonly Purpose[]>>>> = {
  keep: {
    addressed: ['search', 'classify', 'draft-by-machine', 'show-publicly'],
    'brought-in': [],
    followed: ['keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer'],
    thread: ['keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer'],
    search: ['keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer'],
  },
  search: {
    addressed: ['search', 'show-publicly'],
    'brought-in': [],
    followed: ['search', 'show-publicly'],
    thread: ['search', 'show-publicly'],
    search: ['keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer'],
  },
  classify: { addressed: ['classify'], 'brought-in': [], followed: ['classify'], thread: ['classify'], search: ['classify'] },
  'draft-by-machine': { addressed: ['draft-by-machine'], 'brought-in': [], followed: ['draft-by-machine'], thread: ['draft-by-machine'], search: ['draft-by-machine'] },
  'show-publicly': { addressed: ['show-publicly'], 'brought-in': [], followed: ['show-publicly'], thread: ['show-publicly'], search: ['show-publicly'] },
  answer: { addressed: [], 'brought-in': [], followed: ['answer'], thread: ['answer'], search: ['answer'] },
};

export interface Decision {
  readonly allowed: boolean;
  /** The author's own sign, where one decided. */
  readonly because?: Refusal;
}

/** Whether a post that was heard by `cause` may be used for `purpose`, given what its author refuses. Pure. */
export const decide = (refusals: readonly Refusal[], cause: Cause, purpose: Purpose): Decision => {
  const because = refusals.find((refusal) => consentTable[refusal.purpose][cause].includes(purpose));
  return because === undefined ? { allowed: true } : { allowed: false, because };
};
