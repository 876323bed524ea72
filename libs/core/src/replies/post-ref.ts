import type { Ref } from '@earshot/plugin-sdk';
import { storedRef } from '../privacy/index.js';

/** A post's names as they are stored: the network's, and what one host calls it. */
export interface NamedPost {
  readonly network: string;
  readonly remoteId: string;
  readonly localHost: string | null;
  readonly localId: string | null;
}

/** The columns of a {@link NamedPost}, of `post` (a heard_post) with its {@link localName}. */
export const namedColumns = (post: string, local: string): string =>
  `${post}.network, ${post}.remote_id as "remoteId", ${local}.host as "localHost", ${local}.local_id as "localId"`;

/**
 * Joins what one host calls a post: the host at which the account itself lives, where that is known to call it anything, since networks want
 * replies to name posts so.
 */
export const localName = (post: string, account: string): string =>
  `left join lateral (
     select x.host, x.local_id from heard_post_alias x where x.post_id = ${post}.id and x.library_id = ${post}.library_id
     order by x.host is distinct from (
       select host_of(r.url) from account o join heard_profile r on r.id = o.profile_id where o.id = ${account}), x.host, x.local_id
     limit 1)`;

export const refOf = ({ network, remoteId, localHost, localId }: NamedPost): Ref =>
  storedRef(network, remoteId, localHost === null || localId === null ? null : { host: localHost, id: localId });
