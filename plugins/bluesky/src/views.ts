import { z } from 'zod';

/**
 * The parts that are read of what app.bsky.* answers (lexicons of bluesky-social/atproto, 2026-11). Whatever else is in it may have any form;
 * what authors wrote themselves is read apart, so that one odd record is one dead letter and not the loss of its page.
 */
export const labelSchema = z.object({ val: z.string(), neg: z.boolean().optional(), exp: z.string().optional() });
export type LabelView = z.output<typeof labelSchema>;

export const profileViewSchema = z.object({
  did: z.string().startsWith('did:'),
  handle: z.string(),
  displayName: z.string().optional(),
  description: z.string().optional(),
  avatar: z.string().optional(),
  labels: z.array(labelSchema).optional(),
  viewer: z.object({ blockedBy: z.boolean().optional(), following: z.string().optional() }).optional(),
});
export type ProfileView = z.output<typeof profileViewSchema>;

export const postViewSchema = z.object({
  uri: z.string().startsWith('at://'),
  cid: z.string().min(1),
  author: profileViewSchema,
  record: z.unknown(),
  replyCount: z.int().min(0).optional(),
  likeCount: z.int().min(0).optional(),
  repostCount: z.int().min(0).optional(),
  indexedAt: z.string(),
  labels: z.array(labelSchema).optional(),
  viewer: z.object({ replyDisabled: z.boolean().optional(), embeddingDisabled: z.boolean().optional() }).optional(),
});
export type PostView = z.output<typeof postViewSchema>;

const strongRefSchema = z.object({ uri: z.string().startsWith('at://'), cid: z.string().min(1) });
export type StrongRef = z.output<typeof strongRefSchema>;

export const postRecordSchema = z.object({
  text: z.string(),
  createdAt: z.string(),
  langs: z.array(z.string()).optional(),
  facets: z.array(z.unknown()).optional(),
  tags: z.array(z.string()).optional(),
  reply: z.object({ root: strongRefSchema, parent: strongRefSchema }).optional(),
  embed: z.unknown().optional(),
  labels: z.object({ values: z.array(z.object({ val: z.string() })) }).optional().catch(undefined),
});
export type PostRecord = z.output<typeof postRecordSchema>;

export interface PageView {
  readonly cursor?: string | undefined;
  readonly items: readonly unknown[];
}

/** Pages, whose list has a name of its own in each answer; their items are read one by one. */
export const pageOf = (name: string): z.ZodType<PageView> =>
  z.looseObject({ cursor: z.string().optional(), [name]: z.array(z.unknown()) }).transform((page) => ({ cursor: page.cursor as string | undefined, items: page[name] as readonly unknown[] }));
