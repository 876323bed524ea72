import { limits, type Post, type PostMedia, type Ref, seenText } from '@earshot/plugin-sdk';
import { createHash } from 'node:crypto';
import { dateIn, idOf, idsIn, isA, isThing, listOf, pageOf, textIn, webAddress, type Thing } from './json-ld.js';
import { refOf } from './map-actor.js';
import { escapeHtml, harmlessHtml, plainText } from './plain-text.js';

export const noteTypes: ReadonlySet<string> = new Set(['Note', 'Article', 'Question', 'Page']);

const publicNames: ReadonlySet<string> = new Set(['https://www.w3.org/ns/activitystreams#Public', 'as:Public', 'Public']);

/** Who may read it; undefined for direct messages, and for what addresses nobody at all. */
export const audienceOf = (object: Thing, activity: Thing): Post['audience'] | undefined => {
  const to = idsIn(object.to ?? activity.to);
  const cc = idsIn(object.cc ?? activity.cc);
  if (to.some((id) => publicNames.has(id))) return 'public';
  if (cc.some((id) => publicNames.has(id))) return 'unlisted';
  // NOTE: ActivityPub names no followers collection as such; every known server's address of one ends like this.
  return [...to, ...cc].some((id) => /\/followers\/?$/.test(id)) ? 'members' : undefined;
};

interface Words {
  readonly text: string;
  readonly html: string;
  readonly lang?: string;
}

/** The markup, and its language where the map of languages tells one. */
const contentOf = (object: Thing): { readonly html: string; readonly lang?: string } => {
  const byLang = Object.entries(isThing(object.contentMap) ? object.contentMap : {}).flatMap(([lang, value]) => (typeof value === 'string' ? [{ lang, html: value }] : []));
  const content = typeof object.content === 'string' ? object.content : undefined;
  const told = byLang.find(({ html }) => html === content) ?? byLang[0];
  const lang = told !== undefined && /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(told.lang) && told.lang !== 'und' ? told.lang : undefined;
  return { html: textIn(content ?? told?.html) ?? '', ...(lang === undefined ? {} : { lang }) };
};

const optionsOf = (object: Thing): readonly string[] =>
  [...listOf(object.oneOf), ...listOf(object.anyOf)].flatMap((option) => {
    const name = isThing(option) ? textIn(option.name)?.trim() : undefined;
    return name === undefined || name === '' ? [] : [name];
  });

/** Title or content warning first, then what was said, then the options of a poll, one a line. */
const wordsOf = (object: Thing): Words => {
  const { html: content, lang } = contentOf(object);
  const html = harmlessHtml(content);
  // ActivityStreams has plain text in `name`, and markup in `summary`.
  const before = [textIn(object.name)?.trim() ?? '', plainText(textIn(object.summary) ?? '')].filter((part) => part !== '');
  const options = optionsOf(object).slice(0, 50);
  const text = [...before, seenText(html), options.map((option) => `• ${option}`).join('\n')].filter((part) => part !== '').join('\n\n');
  const markup = [
    ...before.map((part) => `<p><strong>${escapeHtml(part)}</strong></p>`),
    html,
    ...(options.length === 0 ? [] : [`<ul>${options.map((option) => `<li>${escapeHtml(option)}</li>`).join('')}</ul>`]),
  ].join('');
  return { text: text.slice(0, limits.text).toWellFormed(), html: markup, ...(lang === undefined ? {} : { lang }) };
};

const kindOf = (attachment: Thing): PostMedia['kind'] | undefined => {
  const type = `${textIn(attachment.mediaType) ?? ''} ${textIn(attachment.type) ?? ''}`.toLowerCase();
  return (['image', 'video', 'audio'] as const).find((kind) => type.includes(kind));
};

const mediaOf = (object: Thing): readonly PostMedia[] =>
  listOf(object.attachment)
    .filter(isThing)
    .flatMap((attachment) => {
      const url = webAddress(attachment.url) ?? pageOf(attachment.url) ?? webAddress(attachment.href);
      const kind = kindOf(attachment);
      const alt = textIn(attachment.name)?.trim().slice(0, limits.passage).toWellFormed();
      return url === undefined || kind === undefined ? [] : [{ url, kind, ...(alt === undefined || alt === '' ? {} : { alt }) }];
    })
    .slice(0, limits.media);

const cardOf = (object: Thing): Post['link'] => {
  const link = listOf(object.attachment).find((one) => isThing(one) && (one.type === 'Link' || one.type === 'Page'));
  if (!isThing(link)) return undefined;
  const url = webAddress(link.href) ?? pageOf(link.url);
  const title = textIn(link.name)?.trim().slice(0, limits.line).toWellFormed();
  return url === undefined ? undefined : { url, ...(title === undefined || title === '' ? {} : { title }) };
};

const tagsOfType = (object: Thing, type: string): readonly Thing[] => listOf(object.tag).filter((tag): tag is Thing => isThing(tag) && isA(tag, new Set([type])));

/** FEP-e232: a link in `tag` to another object, told by its media type. */
const isObjectLink = (tag: Thing): boolean =>
  typeof tag.mediaType === 'string' && (tag.mediaType.startsWith('application/activity+json') || /^application\/ld\+json;\s*profile="https:\/\/www\.w3\.org\/ns\/activitystreams"/.test(tag.mediaType));

/** NOTE: `quote` is FEP-044f (Mastodon 4.4 on), `quoteUrl` and `quoteUri` Fedibird's and Pleroma's, `_misskey_quote` Misskey's. */
const quotesOf = (object: Thing): readonly Ref[] => {
  const named = [object.quote, object.quoteUrl, object.quoteUri, object._misskey_quote].map(idOf);
  const linked = tagsOfType(object, 'Link').filter(isObjectLink).map((tag) => idOf(tag.href));
  return [...new Set([...named, ...linked].filter((id) => id !== undefined))].slice(0, limits.quotes).map(refOf);
};

const mentionsOf = (object: Thing): readonly Ref[] => [...new Set(tagsOfType(object, 'Mention').flatMap((tag) => idOf(tag.href) ?? []))].slice(0, limits.mentions).map(refOf);

const hashtagsOf = (object: Thing): readonly string[] =>
  [...new Set(tagsOfType(object, 'Hashtag').map((tag) => (textIn(tag.name) ?? '').trim().replace(/^#/, '')))].filter((tag) => tag !== '' && tag.length <= limits.tag).slice(0, limits.tags);

const repliesOf = (object: Thing): number | undefined => {
  const count = isThing(object.replies) ? object.replies.totalItems : undefined;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= limits.count ? count : undefined;
};

/** The edit time where the network tells one; else the time of publishing for what was created, and a hash for an edit without a time. */
const versionOf = (object: Thing, activity: Thing, postedAt: Date, words: Words): string => {
  const updated = dateIn(object.updated);
  if (updated !== undefined) return updated.toISOString();
  if (activity.type !== 'Update') return postedAt.toISOString();
  return `sha256:${createHash('sha256').update(words.html).digest('hex').slice(0, 32)}`;
};

/** Why an object is no post, in words without any of its text. */
export class NoPost {
  constructor(readonly why: string) {}
}

/** A post of a Note, Article, Question or Page. The activity supplies what the object leaves out: author, time, addressees. */
export const postOf = (object: Thing, activity: Thing, audience: Post['audience']): Post | NoPost => {
  const id = idOf(object);
  if (id === undefined) return new NoPost('The object has no id.');
  const postedAt = dateIn(object.published) ?? dateIn(activity.published);
  if (postedAt === undefined) return new NoPost('published: is no date.');
  const url = pageOf(object.url) ?? webAddress(id);
  if (url === undefined) return new NoPost('url: is no web address, nor is the id.');
  const author = idsIn(object.attributedTo)[0] ?? (activity.type === 'Announce' ? undefined : idOf(activity.actor));
  const words = wordsOf(object);
  const inReplyTo = idsIn(object.inReplyTo)[0];
  const quotes = quotesOf(object);
  const link = cardOf(object);
  const replies = repliesOf(object);
  return {
    ref: refOf(id),
    version: versionOf(object, activity, postedAt, words),
    url,
    postedAt,
    text: words.text,
    audience,
    mentions: mentionsOf(object),
    tags: hashtagsOf(object),
    media: mediaOf(object),
    refusals: [],
    ...(words.html === '' || words.html.length > limits.html ? {} : { html: words.html }),
    ...(words.lang === undefined ? {} : { lang: words.lang }),
    ...(author === undefined ? {} : { author: refOf(author) }),
    ...(inReplyTo === undefined ? {} : { inReplyTo: refOf(inReplyTo) }),
    ...(quotes.length === 0 ? {} : { quotes }),
    ...(link === undefined ? {} : { link }),
    ...(replies === undefined ? {} : { replies }),
  };
};
