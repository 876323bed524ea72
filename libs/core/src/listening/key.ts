import type { Ref } from '@earshot/plugin-sdk';

/** What names a post or profile in the database: unique on (network, remote id). */
export interface Key {
  readonly network: string;
  readonly remoteId: string;
}

/** The global id; where a network has none, one host's name for it. */
export const keyOf = (ref: Ref): Key => ({ network: ref.network, remoteId: ref.id ?? localId(ref) ?? '/' });

/** Every name that a ref tells, the one that counts first: what was told before by the other one is stored under that. */
export const keysOf = (ref: Ref): readonly [Key, ...Key[]] => {
  const local = ref.id === undefined ? undefined : localId(ref);
  return local === undefined || local === ref.id ? [keyOf(ref)] : [keyOf(ref), { network: ref.network, remoteId: local }];
};

const localId = ({ local }: Ref): string | undefined => (local === undefined ? undefined : `${local.host}/${local.id}`);

/** As one string, for maps: U+0000 occurs in neither part. */
export const keyText = (key: Key): string => `${key.network}\0${key.remoteId}`;
export const refText = (ref: Ref): string => keyText(keyOf(ref));

/** Upserts take their keys in this order, so that two writers of the same keys wait for each other and never in a ring. */
export const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
