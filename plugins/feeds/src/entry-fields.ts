import type { Enclosure, Person } from './feed.js';
import type { Piece } from './reading/documents.js';

/** Leaves out what is `undefined`, so that optional fields are absent rather than empty. */
export const compact = <T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** An absolute http or https address, resolved; `undefined` for anything else. Fragments stay: they name comments on a page. */
export const webAddress = (value: string | undefined, base?: string): string | undefined => {
  if (value === undefined || value.length > 4_000) return undefined;
  const url = URL.parse(value.trim(), base);
  return url !== null && /^https?:$/.test(url.protocol) && url.href.length <= 4_000 ? url.href : undefined;
};

export const htmlPiece = (value: string | undefined, base?: string): Piece | undefined =>
  value === undefined || value.trim() === '' ? undefined : compact<Piece>({ kind: 'html', value, base });

export const textPiece = (value: string | undefined): Piece | undefined =>
  value === undefined || value.trim() === '' ? undefined : { kind: 'text', value };

/** Names only: an address of mail is nobody's handle. */
export const personOf = (fields: { name?: string | undefined; url?: string | undefined; avatar?: string | undefined }): Person | undefined => {
  const name = fields.name?.replace(/\s+/g, ' ').replace(/\S+@\S+\.\S+/g, '').replace(/[()<>]/g, ' ').trim().slice(0, 300).toWellFormed();
  return name ? compact<Person>({ name, url: webAddress(fields.url), avatar: webAddress(fields.avatar) }) : undefined;
};

export const peopleOf = (people: readonly (Person | undefined)[]): readonly Person[] => people.filter((person) => person !== undefined);

const kindOfMedia = (type: string | undefined, url: string): Enclosure['kind'] | undefined => {
  const declared = /^(image|video|audio)\b/i.exec(type ?? '')?.[1]?.toLowerCase();
  if (declared !== undefined) return declared as Enclosure['kind'];
  const path = URL.parse(url)?.pathname ?? '';
  if (/\.(jpe?g|png|gif|webp|avif|svg)$/i.test(path)) return 'image';
  if (/\.(mp3|m4a|ogg|oga|opus|flac|wav)$/i.test(path)) return 'audio';
  return /\.(mp4|m4v|webm|mov|ogv)$/i.test(path) ? 'video' : undefined;
};

/** Files of other kinds (a PDF, a calendar) are no media of a post. */
export const enclosureOf = (url: string | undefined, type: string | undefined, base: string, alt?: string): Enclosure | undefined => {
  const address = webAddress(url, base);
  const kind = address === undefined ? undefined : kindOfMedia(type, address);
  return address === undefined || kind === undefined ? undefined : compact<Enclosure>({ url: address, kind, alt });
};

export const enclosuresOf = (found: readonly (Enclosure | undefined)[]): readonly Enclosure[] => {
  const byUrl = new Map(found.filter((item) => item !== undefined).map((item) => [item.url, item]));
  return [...byUrl.values()].slice(0, 50);
};

/** Without empty ones, doubles and hash signs; in the author's spelling. */
export const tagsOf = (names: readonly (string | undefined)[]): readonly string[] => {
  const tags = names.flatMap((name) => {
    const tag = name?.replace(/\s+/g, ' ').replace(/^#/, '').trim().slice(0, 200).toWellFormed();
    return tag ? [tag] : [];
  });
  return [...new Set(tags)].slice(0, 100);
};

/** BCP 47 in form; feeds also write `en_US`. */
export const langOf = (...values: readonly (string | undefined)[]): string | undefined =>
  values.map((value) => value?.trim().replaceAll('_', '-')).find((value) => value !== undefined && /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}$/i.test(value));

export const countOf = (...values: readonly (number | undefined)[]): number | undefined =>
  values.find((value) => value !== undefined && Number.isInteger(value) && value >= 0 && value <= 1_000_000_000);
