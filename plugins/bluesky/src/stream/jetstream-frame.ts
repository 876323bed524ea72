import { z } from 'zod';
import { type Envelope, type Happening, happeningSchema } from './told.js';

/** What stands at the beginning of each frame, as servers write it: most are not wanted, and to parse them whole takes six times as long. */
const beginV1 = /^\{"did":"([^"\\]+)","time_us":(\d{1,16})(?:,"cursor":(\d{1,15}))?[,}]/;
const beginV2 = /^\{"\$type":"message","payload":\{"\$type":"[^"\\]+","seq":(\d{1,16}),"did":"([^"\\]+)","time":"([^"\\]+)"/;

const microsOf = (time: string): number => Date.parse(time) * 1_000;

const envelopeV1 = z.object({ did: z.string(), time_us: z.int().min(0), cursor: z.int().min(0).optional() });
const envelopeV2 = z.object({ seq: z.int().min(0), did: z.string(), time: z.iso.datetime({ offset: true }) });

/** What a frame is: something that happened, what the host says of the stream itself, or nothing that can be read. */
export type Frame =
  | { readonly is: 'event'; readonly envelope: Envelope; readonly happening: Happening | undefined }
  | { readonly is: 'info'; readonly name: string }
  | { readonly is: 'error'; readonly name: string }
  | { readonly is: 'unreadable'; readonly why: string; readonly envelope?: Envelope };

/** Whose it is and when, where that can be told without reading on; otherwise undefined, and nothing is said by that. */
export const quickEnvelope = (text: string): Envelope | undefined => {
  const one = beginV1.exec(text);
  if (one !== null) return { did: one[1] as string, timeUs: Number(one[2]), ...(one[3] === undefined ? {} : { seq: Number(one[3]) }) };
  const two = beginV2.exec(text);
  const timeUs = two === null ? NaN : microsOf(two[3] as string);
  return two === null || Number.isNaN(timeUs) ? undefined : { did: two[2] as string, timeUs, seq: Number(two[1]) };
};

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

const KINDS = ['commit', 'identity', 'account'];

/** Kinds of times to come are passed over: `sync` among them, after which servers tell the records anew. */
const happeningIn = (kind: unknown, body: unknown): Happening | string | undefined => {
  if (!KINDS.includes(String(kind))) return undefined;
  const read = happeningSchema.safeParse({ ...(typeof body === 'object' ? body : {}), kind });
  return read.success ? read.data : `${String(kind)}: ${read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ').slice(0, 300)}`;
};

const frameOf = (envelope: Envelope, happening: Happening | string | undefined): Frame =>
  typeof happening === 'string' ? { is: 'unreadable', why: happening, envelope } : { is: 'event', envelope, happening };

const readV2 = (payload: unknown): Frame => {
  if (typeof payload !== 'object' || payload === null) return { is: 'unreadable', why: 'a message that holds none' };
  const { $type: type, name, ...body } = payload as Record<string, unknown>;
  const kind = String(type).split('#')[1];
  if (kind === 'info') return { is: 'info', name: String(name) };
  const read = envelopeV2.safeParse(body);
  if (!read.success) return { is: 'unreadable', why: 'an event without its author, time or sequence' };
  const { did, seq, time } = read.data;
  return frameOf({ did, seq, timeUs: microsOf(time) }, happeningIn(kind, kind === 'commit' ? body : body[String(kind)]));
};

/** Reads a frame of either version. */
export const readFrame = (text: string): Frame => {
  const value = parsed(text);
  if (value === undefined) return { is: 'unreadable', why: 'a frame that is no JSON' };
  if (value['$type'] === 'message') return readV2(value['payload']);
  if (value['$type'] === 'error') return { is: 'error', name: String(value['error']) };
  const read = envelopeV1.safeParse(value);
  if (!read.success) return { is: 'unreadable', why: 'an event without its author or time' };
  const { did, time_us: timeUs, cursor } = read.data;
  return frameOf({ did, timeUs, ...(cursor === undefined ? {} : { seq: cursor }) }, happeningIn(value['kind'], value[String(value['kind'])]));
};
