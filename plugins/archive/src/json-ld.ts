/** Reading of ActivityStreams as the field writes it: a value where a list may stand, an id where an object may stand, anything where anything may stand. */

export type Thing = Readonly<Record<string, unknown>>;

export const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

/** Without what neither PostgreSQL nor UTF-8 can hold. */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '');

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? cleanText(value) : undefined);

/** The id of an object, or the string that stands for one. */
export const idOf = (value: unknown): string | undefined => {
  const id = isThing(value) ? value.id : value;
  return typeof id === 'string' && id !== '' ? cleanText(id) : undefined;
};

export const idsIn = (value: unknown): readonly string[] => listOf(value).flatMap((one) => idOf(one) ?? []);

export const typesOf = (thing: Thing): readonly string[] => listOf(thing.type).filter((type) => typeof type === 'string');

export const isA = (thing: Thing, types: ReadonlySet<string>): boolean => typesOf(thing).some((type) => types.has(type));

export const webAddress = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const url = URL.parse(value.trim());
  return url !== null && /^https?:$/.test(url.protocol) && url.href.length <= 4_096 ? url.href : undefined;
};

const linkOf = (value: unknown): { readonly href: string; readonly mediaType: string } | undefined => {
  const href = webAddress(isThing(value) ? value.href : value);
  if (href === undefined) return undefined;
  return { href, mediaType: isThing(value) && typeof value.mediaType === 'string' ? value.mediaType : '' };
};

/** The address for a browser: of several, the one that says it is HTML. */
export const pageOf = (value: unknown): string | undefined => {
  const links = listOf(value).flatMap((one) => linkOf(one) ?? []);
  return (links.find(({ mediaType }) => mediaType.startsWith('text/html')) ?? links[0])?.href;
};

export const dateIn = (value: unknown): Date | undefined => {
  if (typeof value !== 'string') return undefined;
  const date = new Date(value);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date : undefined;
};
