/**
 * A search, read: what must hold of a post. Terms are folded as the words of posts are (language/words-of), so that two spellings of one
 * search are equal here.
 */
export type SearchQuery =
  /** All, or any, of two or more. Neither stands directly within one of its own kind. */
  | { readonly kind: 'all' | 'any'; readonly of: readonly SearchQuery[] }
  | { readonly kind: 'not'; readonly of: SearchQuery }
  | SearchTerm;

export type SearchTerm =
  /** One after another, as whole words; `open`: the last may go on, as `librar*`. */
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly open: boolean }
  | { readonly kind: 'tag'; readonly tag: string }
  /** A language as the post declares it or its words show it: `en` is met by `en-GB` as well. */
  | { readonly kind: 'lang'; readonly lang: string }
  | { readonly kind: 'sign'; readonly sign: string };

/** All or any of the parts, flat: of one part, that part. */
export const joined = (kind: 'all' | 'any', parts: readonly SearchQuery[]): SearchQuery => {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const of: SearchQuery[] = [];
  for (const part of parts) {
    if (part.kind === kind) of.push(...part.of);
    else of.push(part);
  }
  return { kind, of };
};
