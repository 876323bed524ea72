import { limits, type Post, readSourceEvent, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { featuresIn } from './facets.js';
import { isWebAddress, mapEmbed } from './map-embed.js';
import { partsOf, postRef, profileRef } from './refs.js';
import { refusalsOfPost } from './refusals.js';
import { type PostRecord, postRecordSchema, type PostView } from './views.js';

const languageForm = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i;

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

/** A date as the network's view sorts by it: authors may write any date, but none that is later than when the post was seen. */
export const postedAt = (createdAt: string, seenAt: Date): Date => {
  const said = new Date(createdAt);
  return Number.isNaN(said.getTime()) || said.getUTCFullYear() < 1 || said > seenAt ? seenAt : said;
};

/** When the network's view saw a post. */
export const seenAt = ({ indexedAt }: Pick<PostView, 'indexedAt'>, now: Date): Date => {
  const at = new Date(indexedAt);
  return Number.isNaN(at.getTime()) || at > now ? now : at;
};

/** What the record itself says, the same whichever way it came. */
export const mapRecord = (record: PostRecord, did: string): Pick<Post, 'text' | 'lang' | 'inReplyTo' | 'root' | 'quotes' | 'mentions' | 'tags' | 'link' | 'media'> => {
  const features = featuresIn(record.text, record.facets ?? []);
  const mentions = unique(features.flatMap((feature) => ('did' in feature ? [feature.did] : [])));
  const tags = unique([...features.flatMap((feature) => ('tag' in feature ? [feature.tag] : [])), ...(record.tags ?? [])].map((tag) => tag.replace(/^[#＃]+/, '')));
  const { link, ...embed } = mapEmbed(record.embed, did);
  // Apps shorten long addresses in the words: without a card, the whole one stands in the facet alone.
  const first = features.find((feature) => 'uri' in feature && isWebAddress(feature.uri));
  const shown = link ?? (first !== undefined && 'uri' in first ? { url: first.uri } : undefined);
  const lang = record.langs?.find((each) => languageForm.test(each));
  return {
    text: record.text,
    mentions: mentions.slice(0, limits.mentions).map(profileRef),
    tags: tags.filter((tag) => tag !== '' && tag.length <= limits.tag).slice(0, limits.tags),
    ...embed,
    ...(shown === undefined ? {} : { link: shown }),
    ...(lang === undefined ? {} : { lang }),
    ...(record.reply === undefined ? {} : { inReplyTo: postRef(record.reply.parent.uri), root: postRef(record.reply.root.uri) }),
  };
};

export const addressOf = (uri: string): string => {
  const parts = partsOf(uri);
  return parts === undefined ? 'https://bsky.app/' : `https://bsky.app/profile/${parts.did}/post/${parts.rkey}`;
};

/**
 * A post as the network's view shows it.
 *
 * Without its author: what an author refuses is asked for with the profile, and a profile that is told replaces the one before.
 */
export const mapPost = (view: PostView, now: Date): SourceEvent => {
  const read = postRecordSchema.safeParse(view.record);
  if (!read.success) return unreadable(`post: ${read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ').slice(0, 500)}`, view.record);
  const post: Post = {
    ref: postRef(view.uri),
    version: view.cid,
    url: addressOf(view.uri),
    postedAt: postedAt(read.data.createdAt, seenAt(view, now)),
    author: profileRef(view.author.did),
    audience: 'public',
    ...mapRecord(read.data, view.author.did),
    ...(view.replyCount === undefined ? {} : { replies: Math.min(view.replyCount, limits.count) }),
    refusals: refusalsOfPost(view, read.data.labels?.values ?? [], now),
  };
  return readSourceEvent({ kind: 'post', post });
};
