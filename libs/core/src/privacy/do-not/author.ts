import type { Profile, Ref } from '@earshot/plugin-sdk';
import { wordsOf } from '../../language/index.js';

/** An author as far as our own lists tell people apart. */
export interface ListedAuthor {
  readonly network: string;
  readonly remoteId: string;
  /** What single hosts call them, as keys. */
  readonly otherNames: readonly string[];
  readonly hosts: readonly string[];
  readonly bio: string | undefined;
}

type Described = { readonly handle?: string | null; readonly url?: string | null; readonly bio?: string | null };

const hostOfUrl = (text: string | null | undefined): string | undefined => {
  const url = text === null || text === undefined ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url.hostname : undefined;
};

/** The server in a handle such as `ana@town.social`. */
const hostOfHandle = (handle: string | null | undefined): string | undefined => /^@?[^@\s]+@([^@\s/]+\.[^@\s/]+)$/u.exec(handle ?? '')?.[1];

/** The servers that somebody can be said to be on: whichever of their names tells one. */
const hostsOf = (remoteId: string, local: Ref['local'], described: Described | undefined): readonly string[] => [
  ...new Set([hostOfUrl(remoteId), local?.host.replace(/:\d+$/u, ''), hostOfHandle(described?.handle), hostOfUrl(described?.url)].flatMap((host) => (host === undefined ? [] : [host.toLowerCase()]))),
];

export const listedAuthor = (ref: Ref, remoteId: string, described: Profile | Described | undefined, otherNames: readonly string[] = []): ListedAuthor => ({
  network: ref.network, remoteId, otherNames, hosts: hostsOf(remoteId, ref.local, described), bio: described?.bio ?? undefined,
});

/** As words of a bio are compared: folded, in order, none of them cut. */
export const bioWords = (text: string): string => ` ${wordsOf(text).join(' ')} `;
