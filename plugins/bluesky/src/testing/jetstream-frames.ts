/** Something that a Jetstream tells: a record written or deleted, a handle, an account that comes or goes. */
export type Said =
  | { readonly kind: 'commit'; readonly did: string; readonly operation: 'create' | 'update' | 'delete'; readonly collection: string; readonly rkey: string; readonly rev?: string; readonly cid?: string; readonly record?: unknown }
  | { readonly kind: 'identity'; readonly did: string; readonly handle?: string }
  | { readonly kind: 'account'; readonly did: string; readonly active: boolean; readonly status?: string };

/** Where it stands in the log of one host. */
export interface Place {
  /** Of this host; grows by one. */
  readonly seq: number;
  /** Microseconds since 1970: when this host saw it. */
  readonly timeUs: number;
}

const LEXICON = 'network.bsky.jetstream.subscribeEvents';

/** RFC 3339 with exactly six digits of a second. */
const timeText = (timeUs: number): string => `${new Date(Math.floor(timeUs / 1_000)).toISOString().slice(0, -1)}${String(timeUs % 1_000).padStart(3, '0')}Z`;

const upstream = (said: Said, { seq, timeUs }: Place): object => {
  const { kind, ...rest } = said;
  return kind === 'commit' ? {} : { ...rest, seq: seq + 1_000_000, time: timeText(timeUs) };
};

const commitOf = (said: Said & { readonly kind: 'commit' }): object => {
  const { operation, collection, rkey, rev = '3l3qo2vutsw2b', cid, record } = said;
  return { rev, operation, collection, rkey, ...(operation === 'delete' ? {} : { record, cid }) };
};

/** As `/subscribe` has it. Servers that know v2 name their own sequence as well. */
export const frameV1 = (said: Said, place: Place, withSeq: boolean): string => {
  const body = said.kind === 'commit' ? { commit: commitOf(said) } : { [said.kind]: upstream(said, place) };
  return JSON.stringify({ did: said.did, time_us: place.timeUs, ...(withSeq ? { cursor: place.seq } : {}), kind: said.kind, ...body });
};

/** As `xrpc.v1.json` has it. */
export const frameV2 = (said: Said, place: Place): string => {
  const body = said.kind === 'commit' ? commitOf(said) : { [said.kind]: upstream(said, place) };
  return JSON.stringify({ $type: 'message', payload: { $type: `${LEXICON}#${said.kind}`, seq: place.seq, did: said.did, time: timeText(place.timeUs), ...body } });
};

export const infoV2 = (name: string, message: string): string => JSON.stringify({ $type: 'message', payload: { $type: `${LEXICON}#info`, name, message } });
export const errorV2 = (error: string, message: string): string => JSON.stringify({ $type: 'error', error, message });
