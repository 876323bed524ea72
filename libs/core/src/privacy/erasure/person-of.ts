import type { Tx } from '../../database/index.js';

/** Somebody as an erasure, or an export, finds them. */
export interface Person {
  readonly id: string;
  readonly network: string;
  readonly remoteId: string;
  /** What single hosts call them, as keys. */
  readonly otherNames: readonly string[];
  readonly handle: string | null;
  readonly name: string | null;
  readonly url: string | null;
}

export const personColumns = `r.id, r.network, r.remote_id as "remoteId", array(select a.host || '/' || a.local_id from profile_alias a where a.profile_id = r.id) as "otherNames", r.handle, r.name, r.url`;

/** Not erased, or not wholly: the last that goes is the network's name for them. A condition on the profile `r`. */
export const isNotErased = `r.remote_id not like 'erased:%'`;

/** Whoever is named by this handle, address of a profile, address of a post of theirs, or id of ours ($1): a condition on the profile `r`. */
export const isNamed = `${isNotErased} and (
  lower(ltrim(r.handle, '@')) = lower(ltrim($1, '@')) or rtrim(r.url, '/') = rtrim($1, '/') or r.remote_id = $1 or r.id::text = lower($1)
  or exists (select 1 from post p where p.author_id = r.id and (p.url = $1 or p.remote_id = $1)))`;

/** More than that under one handle, and it is no way to name somebody. */
export const mostMatches = 20;

export const personById = async (tx: Tx, id: string): Promise<Person | undefined> => (await tx.query<Person>(`select ${personColumns} from profile r where r.id = $1 and ${isNotErased}`, [id]))[0];

/** Under which names somebody is written about: handle with and without its server, name, addresses. */
export const namesOf = ({ handle, name, url, remoteId }: Person): readonly string[] => {
  const bare = handle?.replace(/^@/u, '');
  return [...new Set([bare, bare?.split('@')[0], name?.trim(), url, remoteId].filter((each) => each !== undefined && each !== null && each !== ''))] as string[];
};
