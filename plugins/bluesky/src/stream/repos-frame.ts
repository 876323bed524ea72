import { z } from 'zod';
import { recordsIn } from './car.js';
import { CborError, decodeCbor } from './dag-cbor.js';
import { type Envelope, type Happening, happeningSchema } from './told.js';

const headerSchema = z.object({ op: z.int(), t: z.string().optional() });
const placeSchema = z.object({ seq: z.int().min(0), time: z.iso.datetime({ offset: true }), did: z.string().optional(), repo: z.string().optional() });
const opsSchema = z.array(z.object({ action: z.enum(['create', 'update', 'delete']), path: z.string(), cid: z.object({ $link: z.string() }).nullish() })).max(1_000);

/** What a frame of a repository stream is. A commit may write several records; of a stranger nothing is read but where it stands. */
export type ReposFrame =
  | { readonly is: 'events'; readonly envelope: Envelope; readonly happenings: readonly Happening[]; readonly isPart: boolean }
  | { readonly is: 'info'; readonly name: string }
  | { readonly is: 'error'; readonly name: string }
  | { readonly is: 'unreadable'; readonly why: string; readonly envelope?: Envelope };

const unreadable = (why: string, envelope?: Envelope): ReposFrame => ({ is: 'unreadable', why, ...(envelope === undefined ? {} : { envelope }) });

const commitIn = (body: Record<string, unknown>, envelope: Envelope, collections: readonly string[]): ReposFrame => {
  const read = opsSchema.safeParse(body['ops']);
  const blocks = body['blocks'];
  if (!read.success || !(blocks instanceof Uint8Array)) return unreadable('a commit without its operations', envelope);
  const ops = read.data.filter(({ path }) => collections.includes(path.split('/')[0] ?? ''));
  const cids = new Set(ops.flatMap(({ cid }) => cid?.$link ?? []));
  let isPart = body['tooBig'] === true;
  const records = cids.size === 0 || isPart ? new Map<string, unknown>() : recordsIn(blocks, cids);
  const happenings = ops.flatMap(({ action, path, cid }): Happening[] => {
    const [collection = '', rkey = ''] = path.split('/');
    const record = cid == null ? undefined : records.get(cid.$link);
    // What a commit is too large to hold is asked for.
    if (action !== 'delete' && record === undefined) isPart = true;
    const told = happeningSchema.safeParse({ kind: 'commit', operation: action, collection, rkey, ...(cid == null ? {} : { cid: cid.$link, record }) });
    return told.success && (action === 'delete' || record !== undefined) ? [told.data] : [];
  });
  return { is: 'events', envelope, happenings, isPart };
};

const bodyIn = (type: string, body: Record<string, unknown>, isWanted: (did: string) => boolean, collections: readonly string[]): ReposFrame => {
  const place = placeSchema.safeParse(body);
  const did = place.data?.repo ?? place.data?.did;
  if (!place.success || did === undefined) return unreadable('an event without its author, time or sequence');
  const envelope = { did, seq: place.data.seq, timeUs: Date.parse(place.data.time) * 1_000 };
  const nothing: ReposFrame = { is: 'events', envelope, happenings: [], isPart: false };
  if (!isWanted(did)) return nothing;
  if (type === '#commit') return commitIn(body, envelope, collections);
  if (type !== '#identity' && type !== '#account') return { ...nothing, isPart: type === '#sync' };
  const told = happeningSchema.safeParse({ ...body, kind: type.slice(1) });
  return told.success ? { ...nothing, happenings: [told.data] } : unreadable(`${type.slice(1)}: not as its lexicon has it`, envelope);
};

/** Reads one frame of `com.atproto.sync.subscribeRepos` (atproto.com/specs/event-stream): a header and a body, one behind the other. */
export const readReposFrame = (bytes: Uint8Array, isWanted: (did: string) => boolean, collections: readonly string[]): ReposFrame => {
  try {
    const header = decodeCbor(bytes);
    const { value } = decodeCbor(bytes, header.end);
    const { op, t = '' } = headerSchema.parse(header.value);
    const body = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    if (op === -1) return { is: 'error', name: String(body['error']) };
    if (t === '#info') return { is: 'info', name: String(body['name']) };
    return bodyIn(t, body, isWanted, collections);
  } catch (error) {
    if (error instanceof CborError) return unreadable(error.message);
    if (error instanceof z.ZodError) return unreadable('a frame without its header');
    throw error;
  }
};
