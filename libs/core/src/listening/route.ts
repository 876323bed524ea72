import { type Said, SearchIndex } from '../follows/matcher/index.js';
import { tagOf, wordsOf } from '../language/index.js';

export interface AreaWord {
  readonly libraryId: string;
  readonly kind: 'name' | 'alias' | 'postcode' | 'hashtag';
  readonly value: string;
}

/** The tree of libraries, as routing asks it. */
export interface LibraryTree {
  /** From the library itself up to its root. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

export interface Route {
  readonly libraryId: string;
  /** A place that decided, or that this library serves at least. */
  readonly place?: { readonly value: string; readonly by: 'text' | 'author' };
}

interface Place {
  readonly id: string;
  readonly libraryId: string;
  readonly value: string;
  readonly order: number;
}

/** Finds the places that libraries serve in what is said. Built once for all service areas. */
export class Places {
  private readonly index = new SearchIndex<Place>();

  constructor(areas: readonly AreaWord[]) {
    areas.forEach(({ libraryId, kind, value }, order) => {
      const [tag, words] = kind === 'hashtag' ? [tagOf(value), []] : ['', wordsOf(value)];
      const place = { id: `${libraryId} ${kind} ${value}`, libraryId, value, order };
      if (tag !== '') this.index.add(place, { kind: 'tag', tag });
      else if (words.length > 0) this.index.add(place, { kind: 'words', words, open: false });
    });
  }

  /** Library → the place of its area that is named; of several the one that was told first. */
  in(said: Said): ReadonlyMap<string, string> {
    const found = new Map<string, Place>();
    for (const place of this.index.match(said)) if (place.order < (found.get(place.libraryId)?.order ?? Infinity)) found.set(place.libraryId, place);
    return new Map([...found].map(([libraryId, { value }]) => [libraryId, value]));
  }
}

/**
 * The one library that takes what a list or an account of `owner` let in: the deepest of those below it whose service area is named in the text,
 * else in the author's own place; else `owner` itself. A thread that one of them has already stays there. Never a fan-out.
 */
export const route = (
  owner: string,
  tree: LibraryTree,
  having: readonly string[],
  inText: ReadonlyMap<string, string>,
  ofAuthor: ReadonlyMap<string, string>,
): Route => {
  const below = (library: string): boolean => tree.lines.get(library)?.includes(owner) === true;
  const placeAt = (library: string): Route['place'] | undefined => {
    for (const at of tree.lines.get(library) ?? [library]) {
      const named = inText.get(at);
      if (named !== undefined) return { value: named, by: 'text' };
    }
    for (const at of tree.lines.get(library) ?? [library]) {
      const lived = ofAuthor.get(at);
      if (lived !== undefined) return { value: lived, by: 'author' };
    }
    return undefined;
  };
  const to = (libraryId: string): Route => {
    const place = placeAt(libraryId);
    return place === undefined ? { libraryId } : { libraryId, place };
  };
  const had = [...having].sort().find(below);
  if (had !== undefined) return to(had);
  for (const named of [inText, ofAuthor]) {
    const deepest = deepestOf([...named.keys()].filter(below), tree);
    if (deepest !== undefined) return to(deepest);
  }
  return to(owner);
};

/** The one furthest from the root; undefined where two share that depth, since the words then do not decide. */
const deepestOf = (libraries: readonly string[], tree: LibraryTree): string | undefined => {
  const depth = (library: string): number => tree.lines.get(library)?.length ?? 0;
  const greatest = Math.max(...libraries.map(depth));
  const deepest = libraries.filter((library) => depth(library) === greatest);
  return deepest.length === 1 ? deepest[0] : undefined;
};
