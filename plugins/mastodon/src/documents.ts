import { limits } from '@earshot/plugin-sdk';
import { z } from 'zod';

/*
 * What this plugin reads of the entities of the API, as lenient as can be: servers that are no Mastodon leave fields out, or say null.
 * Only what a post cannot be without is required.
 */

const text = z.string().nullish().catch(undefined);
const count = z.int().min(0).max(limits.count).nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(z.unknown())
    .nullish()
    .catch(undefined)
    .transform((items) => (items ?? []).flatMap((each) => { const read = item.safeParse(each); return read.success ? [read.data] : []; }));

/** An opaque string; some servers send a number. */
const id = z.union([z.string().min(1).max(1_000), z.int().transform(String)]);
const optionalId = id.nullish().catch(undefined);

const fieldSchema = z.object({ name: z.string().catch(''), value: z.string().catch('') });

const accountFields = {
  id, acct: z.string().min(1).max(1_000), username: text, uri: text, url: text, display_name: text, note: text, avatar: text,
  statuses_count: z.number().nullish().catch(undefined),
  locked: flag, discoverable: flag, indexable: flag, noindex: flag, suspended: flag, limited: flag,
  fields: list(fieldSchema),
};
const movedSchema = z.object({ ...accountFields });
export const accountSchema = z.object({ ...accountFields, moved: movedSchema.nullish().catch(undefined) });
export type AccountDocument = z.output<typeof accountSchema>;

const mentionSchema = z.object({ id, acct: text });
const mediaSchema = z.object({ id: optionalId, type: text, url: text, remote_url: text, description: text });
const pollSchema = z.object({ options: list(z.object({ title: z.string() })) });

/** A quoted status comes whole (4.4 on), or by its id alone where it is quoted within a quote. */
const quoteSchema = z.object({ quoted_status: z.object({ id, uri: text }).nullish().catch(undefined), quoted_status_id: optionalId });

export const statusSchema = z.object({
  id,
  uri: z.string().min(1).max(2_048),
  url: text,
  created_at: z.string(),
  edited_at: text,
  visibility: z.string(),
  account: accountSchema,
  content: z.string().catch(''),
  spoiler_text: text,
  language: text,
  in_reply_to_id: optionalId,
  in_reply_to_account_id: optionalId,
  /** A boost is a status around another one. */
  reblog: z.unknown().optional(),
  quote: quoteSchema.nullish().catch(undefined),
  poll: pollSchema.nullish().catch(undefined),
  mentions: list(mentionSchema),
  tags: list(z.object({ name: z.string().min(1) })),
  media_attachments: list(mediaSchema),
  card: z.object({ url: text, title: text }).nullish().catch(undefined),
  replies_count: count,
  favourites_count: count,
  reblogs_count: count,
});
export type StatusDocument = z.output<typeof statusSchema>;

export const notificationSchema = z.object({ id, type: z.string(), status: z.unknown().optional() });

export const contextSchema = z.object({ ancestors: z.array(z.unknown()).catch([]), descendants: z.array(z.unknown()).catch([]) });
export const searchSchema = z.object({ accounts: list(accountSchema), statuses: z.array(z.unknown()).catch([]) });
export const relationSchema = z.object({ id, following: z.boolean().catch(false), requested: flag, blocked_by: flag });
export const remoteListSchema = z.object({ id, title: z.string() });

const accessSchema = z.object({ local: text, remote: text }).nullish().catch(undefined);

export const instanceSchema = z.object({
  version: text,
  api_versions: z.looseObject({}).nullish().catch(undefined),
  max_toot_chars: z.number().nullish().catch(undefined),
  urls: z.object({ streaming_api: text }).nullish().catch(undefined),
  configuration: z
    .object({
      statuses: z.object({ max_characters: z.number().nullish().catch(undefined), max_media_attachments: z.number().nullish().catch(undefined), characters_reserved_per_url: z.number().nullish().catch(undefined) }).nullish().catch(undefined),
      media_attachments: z
        .object({
          supported_mime_types: z.array(z.string()).nullish().catch(undefined),
          description_limit: z.number().nullish().catch(undefined),
          image_size_limit: z.number().nullish().catch(undefined),
          image_matrix_limit: z.number().nullish().catch(undefined),
        })
        .nullish()
        .catch(undefined),
      urls: z.object({ streaming: text }).nullish().catch(undefined),
      timelines_access: z.object({ live_feeds: accessSchema, hashtag_feeds: accessSchema }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

/** An image that the server took, whether or not it is through with it. */
export const uploadedSchema = z.object({ id });

export const applicationSchema = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });
export const tokenSchema = z.object({ access_token: z.string().min(1), scope: text });

/** Whether anybody sees whom our account follows: Mastodon says it of ourselves, Akkoma in a part of its own. */
export const collectionsSchema = z.object({
  source: z.object({ hide_collections: flag }).nullish().catch(undefined),
  hide_collections: flag,
  pleroma: z.object({ hide_follows: flag }).nullish().catch(undefined),
});
export const authorizationServerSchema = z.object({
  authorization_endpoint: text,
  token_endpoint: text,
  scopes_supported: z.array(z.string()).nullish().catch(undefined),
  code_challenge_methods_supported: z.array(z.string()).nullish().catch(undefined),
});
