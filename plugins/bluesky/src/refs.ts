import { isValidDid } from '@atproto/syntax';
import type { Ref } from '@earshot/plugin-sdk';

export const network = 'bluesky';

/** at-uri of the record. */
export const postRef = (uri: string): Ref => ({ network, id: uri });
export const profileRef = (did: string): Ref => ({ network, id: did });

export interface AtUri {
  readonly did: string;
  readonly collection: string;
  readonly rkey: string;
}

/** The parts of an at-uri that names a record by its DID; undefined for anything else. */
export const partsOf = (uri: string): AtUri | undefined => {
  const [, did = '', collection = '', rkey = ''] = /^at:\/\/([^/]+)\/([A-Za-z0-9.-]+)\/([A-Za-z0-9._~:-]{1,512})$/.exec(uri) ?? [];
  return isValidDid(did) ? { did, collection, rkey } : undefined;
};

/** The address of the post that a ref names; undefined where it names none of this network. */
export const postUriOf = ({ network: of, id }: Ref): string | undefined => (of === network && id !== undefined && partsOf(id)?.collection === 'app.bsky.feed.post' ? id : undefined);

/** The DID that a ref names; undefined where it names nobody of this network. */
export const didOf = ({ network: of, id }: Ref): string | undefined => (of === network && id !== undefined && isValidDid(id) ? id : undefined);
