import { z } from 'zod';
import { limits } from '../limits.js';
import type { Post } from '../post.js';
import type { Profile } from '../profile.js';
import type { Ref } from '../ref.js';
import type { Refusal } from '../refusal.js';
import type { SourceEvent } from '../source-event.js';
import { schemaOf } from './schema-of.js';
import { countSchema, digestSchema, filledTextOf, hostSchema, idSchema, listOf, momentSchema, networkSchema, textOf, urlSchema } from './values.js';

/** Checks a {@link Ref}: its network is a name, and at least one of `id` and `local` is there. */
export const refSchema = schemaOf<Ref>()(
  z
    .object({
      network: networkSchema,
      id: idSchema.exactOptional(),
      local: z.object({ host: hostSchema, id: idSchema }).exactOptional(),
    })
    .refine((ref) => ref.id !== undefined || ref.local !== undefined, 'has neither id nor local'),
);

/** Checks a {@link Refusal}. */
export const refusalSchema = schemaOf<Refusal>()(
  z.object({
    purpose: z.enum(['keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer']),
    sign: filledTextOf(limits.line),
  }),
);

/** Checks a {@link Profile} against the {@link limits}. */
export const profileSchema = schemaOf<Profile>()(
  z.object({
    ref: refSchema,
    handle: filledTextOf(limits.line),
    name: textOf(limits.line).exactOptional(),
    bio: textOf(limits.passage).exactOptional(),
    place: textOf(limits.line).exactOptional(),
    url: urlSchema.exactOptional(),
    avatar: urlSchema.exactOptional(),
    movedTo: refSchema.exactOptional(),
    refusals: listOf(refusalSchema, limits.refusals),
  }),
);

/** A BCP 47 tag in form: its subtags are not looked up. */
export const langSchema = z.string().max(limits.word).regex(/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i, 'is no language tag');

/** Checks a {@link Post} against the {@link limits}. */
export const postSchema = schemaOf<Post>()(
  z.object({
    ref: refSchema,
    version: idSchema,
    url: urlSchema.exactOptional(),
    postedAt: momentSchema,
    author: refSchema.exactOptional(),
    text: textOf(limits.text),
    html: textOf(limits.html).exactOptional(),
    lang: langSchema.exactOptional(),
    audience: z.enum(['public', 'unlisted', 'addressed', 'members']),
    inReplyTo: refSchema.exactOptional(),
    root: refSchema.exactOptional(),
    quotes: listOf(refSchema, limits.quotes).exactOptional(),
    mentions: listOf(refSchema, limits.mentions),
    tags: listOf(filledTextOf(limits.tag), limits.tags),
    link: z.object({ url: urlSchema, title: textOf(limits.line).exactOptional() }).exactOptional(),
    media: listOf(
      z.object({
        url: urlSchema,
        alt: textOf(limits.passage).exactOptional(),
        kind: z.enum(['image', 'video', 'audio']),
      }),
      limits.media,
    ),
    replies: countSchema.exactOptional(),
    refusals: listOf(refusalSchema, limits.refusals),
  }),
);

/** Checks a {@link SourceEvent}. Properties that the contract does not know are left behind. See {@link readSourceEvent}. */
export const sourceEventSchema = schemaOf<SourceEvent>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('post'), post: postSchema, author: profileSchema.exactOptional() }),
    z.object({ kind: z.literal('post-gone'), ref: refSchema, why: z.enum(['deleted', 'hidden']) }),
    z.object({ kind: z.literal('profile'), profile: profileSchema }),
    z.object({ kind: z.literal('profile-gone'), ref: refSchema, why: z.enum(['deleted', 'suspended', 'deactivated', 'blocked-us']) }),
    z.object({ kind: z.literal('counts'), ref: refSchema, replies: countSchema, likes: countSchema.exactOptional(), boosts: countSchema.exactOptional() }),
    z.object({ kind: z.literal('gap'), from: momentSchema.exactOptional(), to: momentSchema, why: filledTextOf(limits.line) }),
    z.object({ kind: z.literal('waiting'), conversations: countSchema, url: urlSchema }),
    z.object({ kind: z.literal('unreadable'), why: filledTextOf(limits.line), digest: digestSchema }),
  ]),
);
