import type { Tx } from '../../database/index.js';
import { type ListedAuthor, bioWords } from './author.js';
import type { DoNotAct, DoNotTarget } from './do-not.row.js';

export interface ListedEntry {
  readonly libraryId: string;
  readonly act: DoNotAct;
  readonly target: DoNotTarget;
  readonly value: string | null;
  readonly network: string | null;
  readonly remoteId: string | null;
}

/** What one library lists, ready to be asked. */
interface OfLibrary {
  readonly profiles: Set<string>;
  readonly hosts: Set<string>;
  readonly words: string[];
}

const profileKey = ({ network, remoteId }: { readonly network: string; readonly remoteId: string }): string => `${network}\0${remoteId}`;

/** A server and all of its subdomains. */
const isOn = (hosts: ReadonlySet<string>, host: string): boolean => {
  for (let rest = host; rest !== ''; rest = rest.includes('.') ? rest.slice(rest.indexOf('.') + 1) : '') if (hosts.has(rest)) return true;
  return false;
};

/** Whom libraries do not hear, or do not write to. Asking costs next to nothing where nothing is listed. */
export class DoNotList {
  private readonly ofLibraries = new Map<string, OfLibrary>();

  constructor(entries: readonly ListedEntry[], act: DoNotAct) {
    for (const entry of entries) {
      if (entry.act !== act) continue;
      const has = this.ofLibraries.get(entry.libraryId) ?? { profiles: new Set<string>(), hosts: new Set<string>(), words: [] };
      this.ofLibraries.set(entry.libraryId, has);
      if (entry.network !== null && entry.remoteId !== null) has.profiles.add(profileKey({ network: entry.network, remoteId: entry.remoteId }));
      if (entry.target === 'host' && entry.value !== null) has.hosts.add(entry.value);
      if (entry.target === 'bio-word' && entry.value !== null) has.words.push(bioWords(entry.value));
    }
  }

  /** By which kind of entry the author is listed, at one of these libraries: the library itself and all above it. */
  listed(line: readonly string[], author: ListedAuthor): DoNotTarget | undefined {
    for (const library of line) {
      const has = this.ofLibraries.get(library);
      if (has === undefined) continue;
      if (has.profiles.size > 0 && [author.remoteId, ...author.otherNames].some((remoteId) => has.profiles.has(profileKey({ network: author.network, remoteId })))) return 'profile';
      if (has.hosts.size > 0 && author.hosts.some((host) => isOn(has.hosts, host))) return 'host';
      if (has.words.length > 0 && author.bio !== undefined) {
        const bio = bioWords(author.bio);
        if (has.words.some((word) => bio.includes(word))) return 'bio-word';
      }
    }
    return undefined;
  }
}

/** What stands on the lists now, of all libraries: for a transaction of the listener or the keeper. */
export const readDoNotEntries = (tx: Tx): Promise<readonly ListedEntry[]> =>
  tx.query<ListedEntry>(
    `select d.library_id as "libraryId", d.act, d.target, d.value, n.network, n."remoteId" from do_not_list d left join lateral (
       select p.network, p.remote_id as "remoteId" from profile p where p.id = d.profile_id union
       select a.network, a.host || '/' || a.local_id from profile_alias a where a.profile_id = d.profile_id) n on true where d.lifted_at is null`,
  );
