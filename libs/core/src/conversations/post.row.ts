export const goneReasons = ['deleted', 'hidden', 'author-gone', 'refused', 'expired', 'erased', 'taken-back'] as const;
export type GoneReason = (typeof goneReasons)[number];

export const audiences = ['public', 'unlisted', 'addressed', 'members'] as const;
export type Audience = (typeof audiences)[number];

export const postStandings = ['heard', 'gone', 'unheard'] as const;
export type PostStanding = (typeof postStandings)[number];

/** A post as one library hears it. */
export interface PostOf {
  readonly postId: string;
  readonly libraryId: string;
}

/** A post of a thread that a library hears. Text and markup are absent of what is gone and of what we know by its key only. */
export interface PostRow {
  readonly id: string;
  readonly conversationId: string;
  readonly libraryId: string;
  readonly threadId: string;
  readonly parentId: string | null;
  readonly network: string;
  readonly remoteId: string;
  readonly known: boolean;
  readonly url: string | null;
  readonly postedAt: Date | null;
  readonly editedAt: Date | null;
  readonly authorId: string | null;
  readonly text: string | null;
  readonly html: string | null;
  readonly lang: string | null;
  readonly audience: Audience | null;
  readonly tags: readonly string[];
  readonly quotes: readonly string[];
  readonly link: { readonly url: string; readonly title?: string } | null;
  readonly media: readonly { readonly url: string; readonly alt?: string; readonly kind: 'image' | 'video' | 'audio' }[];
  readonly goneAt: Date | null;
  readonly goneWhy: GoneReason | null;
}

/** The columns of a {@link PostRow} of `heard_post p`. */
export const postColumns = `p.id, p.conversation_id as "conversationId", p.library_id as "libraryId", p.thread_id as "threadId", p.parent_id as "parentId",
  p.network, p.remote_id as "remoteId", p.known, p.url, p.posted_at as "postedAt", p.edited_at as "editedAt", p.author_id as "authorId", p.text, p.html,
  p.lang, p.audience, p.tags, p.quotes, p.link, p.media, p.gone_at as "goneAt", p.gone_why as "goneWhy"`;

export interface FindingRow {
  readonly id: string;
  readonly postId: string;
  readonly libraryId: string;
  readonly classifier: string;
  readonly version: string;
  readonly label: string;
  readonly score: number;
  /** Offsets [start, end) in UTF-16 units of the post's text, flat. */
  readonly spans: readonly number[];
  readonly place: string | null;
  readonly restated: string | null;
}

/** The columns of a {@link FindingRow} of `heard_finding f`. */
export const findingColumns = `f.id, f.post_id as "postId", f.library_id as "libraryId", f.classifier, f.version, f.label, f.score, f.spans, f.place, f.restated`;

export interface ProfileRow {
  readonly id: string;
  readonly network: string;
  readonly remoteId: string;
  readonly handle: string | null;
  readonly name: string | null;
  readonly bio: string | null;
  readonly place: string | null;
  readonly url: string | null;
  readonly avatar: string | null;
  readonly refusals: readonly { readonly purpose: string; readonly sign: string }[];
  readonly goneAt: Date | null;
  readonly goneWhy: string | null;
}

/** Of whom an erasure has begun nothing is shown, although some of it may still be there. */
const shown = (column: string): string => `case when r.gone_why is distinct from 'erased' then r.${column} end as ${column}`;
/** The columns of a {@link ProfileRow} of `heard_profile r`. */
export const profileColumns = `r.id, r.network, r.remote_id as "remoteId", ${['handle', 'name', 'bio', 'place', 'url', 'avatar'].map(shown).join(', ')}, r.refusals, r.gone_at as "goneAt", r.gone_why as "goneWhy"`;
