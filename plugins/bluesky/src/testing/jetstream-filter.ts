/** What a subscriber of a Jetstream wants, and how it says so: by v1 (`/subscribe`, `options_update`) and by v2 (`subscribeEvents`). */
export interface JetstreamFilter {
  readonly dids: ReadonlySet<string> | undefined;
  readonly collections: readonly string[] | undefined;
  readonly kinds: readonly string[] | undefined;
  /** 0: no limit. */
  readonly largest: number;
}

const MOST_DIDS = 10_000;
const MOST_COLLECTIONS = 100;
const KINDS = ['commit', 'identity', 'account', 'sync'];

const didForm = /^did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]$/;
const nsidForm = /^[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+)+\.[a-zA-Z][a-zA-Z0-9]*$/;

/** Options that the server refuses; the message is what it says. */
export class InvalidOptions extends Error {
  override readonly name = 'InvalidOptions';
}

const didsOf = (values: readonly string[]): ReadonlySet<string> | undefined => {
  if (values.length === 0) return undefined;
  for (const did of values) if (!didForm.test(did)) throw new InvalidOptions(`invalid DID: ${did}`);
  const dids = new Set(values);
  if (dids.size > MOST_DIDS) throw new InvalidOptions(`too many wanted DIDs: ${dids.size} > ${MOST_DIDS}`);
  return dids;
};

const collectionsOf = (values: readonly string[]): readonly string[] | undefined => {
  if (values.length === 0) return undefined;
  for (const each of values) if (!each.endsWith('.*') && !nsidForm.test(each)) throw new InvalidOptions(`invalid collection: ${each}`);
  const collections = [...new Set(values)];
  if (collections.length > MOST_COLLECTIONS) throw new InvalidOptions(`too many wanted collections: > ${MOST_COLLECTIONS}`);
  return collections;
};

/** v1 takes whatever is no size for none. */
const largestOf = (value: unknown): number => {
  const size = Number(value ?? 0);
  return Number.isInteger(size) && size > 0 && size <= 0xffff_ffff ? size : 0;
};

/** @throws InvalidOptions */
export const filterOfQuery = (query: URLSearchParams): JetstreamFilter => ({
  dids: didsOf(query.getAll('wantedDids')),
  collections: collectionsOf(query.getAll('wantedCollections')),
  kinds: undefined,
  largest: largestOf(query.get('maxMessageSizeBytes')),
});

/** The payload of `options_update`, which replaces all that was asked for before. @throws InvalidOptions */
export const filterOfUpdate = (payload: { readonly wantedDids?: unknown; readonly wantedCollections?: unknown; readonly maxMessageSizeBytes?: unknown }): JetstreamFilter => {
  const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  return { dids: didsOf(list(payload.wantedDids)), collections: collectionsOf(list(payload.wantedCollections)), kinds: undefined, largest: largestOf(payload.maxMessageSizeBytes) };
};

/** @throws InvalidOptions */
export const filterOfQueryV2 = (query: URLSearchParams): JetstreamFilter => {
  for (const [old, name] of [['wantedDids', 'dids'], ['wantedCollections', 'collections']] as const) if (query.has(old)) throw new InvalidOptions(`${old} is the legacy /subscribe parameter; use ${name}`);
  if (query.has('requireHello')) throw new InvalidOptions('requireHello is not supported on this endpoint; it is server-push only');
  const kinds = query.getAll('kinds');
  for (const kind of kinds) if (!KINDS.includes(kind)) throw new InvalidOptions(`unknown kind: ${kind}`);
  const collections = query.getAll('collections');
  if (query.getAll('dids').length > MOST_DIDS) throw new InvalidOptions(`too many dids values: ${query.getAll('dids').length} > ${MOST_DIDS}`);
  if (collections.length > 0 && kinds.length > 0 && !kinds.includes('commit')) throw new InvalidOptions('collections is set and kinds excludes commit: the filter could never apply');
  const largest = query.get('maxMessageSizeBytes') ?? '0';
  if (!/^\d{1,10}$/.test(largest)) throw new InvalidOptions(`invalid maxMessageSizeBytes: ${largest}`);
  return { dids: didsOf(query.getAll('dids')), collections: collectionsOf(collections), kinds: kinds.length === 0 ? undefined : kinds, largest: Number(largest) };
};

/** Collections hold back commits alone: what happens to an account comes whatever they are. DIDs hold back everything. */
export const isWanted = (filter: JetstreamFilter, said: { readonly kind: string; readonly did: string; readonly collection?: string }): boolean => {
  if (filter.kinds !== undefined && !filter.kinds.includes(said.kind)) return false;
  if (filter.dids !== undefined && !filter.dids.has(said.did)) return false;
  const { collection } = said;
  if (filter.collections === undefined || said.kind !== 'commit' || collection === undefined) return true;
  return filter.collections.some((each) => (each.endsWith('.*') ? collection.startsWith(each.slice(0, -1)) : each === collection));
};
