import { limits, type Post, type PostMedia, type Ref, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type StatusDocument, statusSchema } from './documents.js';
import { harmlessHtml, plainText } from './html.js';
import { globalId, profileOf, refOf, webAddress } from './map-account.js';

/** What is known besides a status while it is read. */
export interface Telling {
  /** The server that told it. */
  readonly host: string;
  /** Global ids of statuses by that server's ids, as far as they are known: for what a status answers. */
  readonly uris?: ReadonlyMap<string, string>;
  /** Our own account there, by its id: mentions are told without global ids. */
  readonly us?: Ref;
}

/** Only what its author shows to everybody. What followers or the mentioned alone may read (`private`, `direct`, and what else servers invent) is no post. */
const audiences: Readonly<Record<string, Post['audience']>> = { public: 'public', unlisted: 'unlisted' };

export const isForAll = ({ visibility }: StatusDocument): boolean => Object.hasOwn(audiences, visibility);

const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const cleanLine = (value: string): string => value.replaceAll('\0', '').toWellFormed();

/** The content warning first, then what was said, then the options of a poll, one a line. */
const wordsOf = (status: StatusDocument): { readonly text: string; readonly html: string } => {
  const warning = cleanLine(status.spoiler_text ?? '').trim();
  const options = (status.poll?.options ?? []).slice(0, 50).map(({ title }) => cleanLine(title).trim());
  const text = [warning, plainText(status.content), options.map((option) => `• ${option}`).join('\n')].filter((part) => part !== '').join('\n\n');
  const html = [
    ...(warning === '' ? [] : [`<p><strong>${escapeHtml(warning)}</strong></p>`]),
    harmlessHtml(status.content),
    ...(options.length === 0 ? [] : [`<ul>${options.map((option) => `<li>${escapeHtml(option)}</li>`).join('')}</ul>`]),
  ].join('');
  return { text: text.slice(0, limits.text).toWellFormed(), html };
};

const kinds: Readonly<Record<string, PostMedia['kind']>> = { image: 'image', gifv: 'video', video: 'video', audio: 'audio' };

const mediaOf = ({ media_attachments: attached }: StatusDocument): readonly PostMedia[] =>
  attached
    .flatMap(({ type, url, remote_url: remote, description }): readonly PostMedia[] => {
      const address = webAddress(url) ?? webAddress(remote);
      const kind = kinds[type ?? ''];
      const alt = cleanLine(description ?? '').trim().slice(0, limits.passage).toWellFormed();
      return address === undefined || kind === undefined ? [] : [{ url: address, kind, ...(alt === '' ? {} : { alt }) }];
    })
    .slice(0, limits.media);

const mentionsOf = ({ mentions }: StatusDocument, { host, us }: Telling): readonly Ref[] =>
  [...new Map(mentions.map(({ id }) => [id, id === us?.local?.id ? us : refOf(host, id)])).values()].slice(0, limits.mentions);

const tagsOf = ({ tags }: StatusDocument): readonly string[] =>
  [...new Set(tags.map(({ name }) => cleanLine(name).replace(/^#/, '').trim()))].filter((tag) => tag !== '' && tag.length <= limits.tag).slice(0, limits.tags);

const quotesOf = ({ quote }: StatusDocument, { host, uris }: Telling): readonly Ref[] => {
  const id = quote?.quoted_status?.id ?? quote?.quoted_status_id;
  return id === null || id === undefined ? [] : [refOf(host, id, quote?.quoted_status?.uri ?? uris?.get(id))];
};

const linkOf = ({ card }: StatusDocument): Post['link'] => {
  const url = webAddress(card?.url);
  const title = cleanLine(card?.title ?? '').trim().slice(0, limits.line).toWellFormed();
  return url === undefined ? undefined : { url, ...(title === '' ? {} : { title }) };
};

const momentOf = (value: string | null | undefined): Date | undefined => {
  const at = Date.parse(value ?? '');
  return Number.isNaN(at) || at < Date.parse('0001-01-01T00:00:00Z') || at > Date.parse('9999-12-31T00:00:00Z') ? undefined : new Date(at);
};

/** The time of the edit, else of publishing: the same on every server, and the host puts moments in order. */
/** Servers that count in seconds (snac) may edit in the second in which they published: that is a later version all the same. */
const versionOf = (status: StatusDocument, postedAt: Date): string => {
  const editedAt = momentOf(status.edited_at);
  if (editedAt === undefined) return postedAt.toISOString();
  return editedAt.getTime() === postedAt.getTime() ? `${editedAt.toISOString()} edited` : editedAt.toISOString();
};

const isLanguage = (value: string | null | undefined): value is string => /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(value ?? '');

/** A status of anybody, as a post; or why it is none. */
const postOf = (status: StatusDocument, telling: Telling): Post | string => {
  const postedAt = momentOf(status.created_at);
  if (postedAt === undefined) return 'created_at: is no date';
  if (globalId(status.uri) === undefined) return 'uri: is no global id';
  const url = webAddress(status.url) ?? webAddress(status.uri);
  if (url === undefined) return 'url: is no web address';
  const { host, uris } = telling;
  const { text, html } = wordsOf(status);
  const quotes = quotesOf(status, telling);
  const link = linkOf(status);
  const parent = status.in_reply_to_id;
  const replies = status.replies_count;
  return {
    ref: refOf(host, status.id, status.uri),
    version: versionOf(status, postedAt),
    url,
    postedAt,
    author: refOf(host, status.account.id, status.account.uri),
    text,
    audience: audiences[status.visibility] ?? 'unlisted',
    mentions: mentionsOf(status, telling),
    tags: tagsOf(status),
    media: mediaOf(status),
    refusals: [],
    ...(html === '' || html.length > limits.html ? {} : { html }),
    ...(isLanguage(status.language) ? { lang: status.language } : {}),
    ...(parent === null || parent === undefined ? {} : { inReplyTo: refOf(host, parent, uris?.get(parent)) }),
    ...(quotes.length === 0 ? {} : { quotes }),
    ...(link === undefined ? {} : { link }),
    ...(replies === null || replies === undefined ? {} : { replies }),
  };
};

/** A status that was read, as an event: a post with its author, a dead letter, or nothing where it is not for everybody. */
export const eventOfStatus = (status: StatusDocument, telling: Telling): SourceEvent | undefined => {
  if (!isForAll(status)) return undefined;
  const post = postOf(status, telling);
  return typeof post === 'string' ? unreadable(`status: ${post}`, status) : { kind: 'post', post, author: profileOf(status.account, telling.host) };
};

const sameIdSchema = z.object({ id: z.string(), reblog: z.looseObject({ id: z.string() }) });

/** What our own account boosted snac tells as that boost from then on, under the id of the post: it is the post all the same. */
const boosted = (raw: unknown): unknown => {
  const read = sameIdSchema.safeParse(raw);
  return read.success && read.data.reblog.id === read.data.id ? read.data.reblog : raw;
};

/** A status as it came: `undefined` for a boost, whose words are somebody else's. */
export const readStatus = (raw: unknown): StatusDocument | SourceEvent | undefined => {
  const found = statusSchema.safeParse(boosted(raw));
  if (!found.success) return unreadable(`status: ${found.error.issues[0]?.path.join('.') ?? ''} ${found.error.issues[0]?.message ?? ''}`.slice(0, limits.line), raw);
  return found.data.reblog === null || found.data.reblog === undefined ? found.data : undefined;
};

export const isStatus = (read: StatusDocument | SourceEvent | undefined): read is StatusDocument => read !== undefined && !('kind' in read);
