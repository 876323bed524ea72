import { z } from 'zod';

const commitSchema = z.object({ kind: z.literal('commit'), operation: z.enum(['create', 'update', 'delete']), collection: z.string().min(1).max(317), rkey: z.string().min(1).max(512), cid: z.string().min(1).max(200).optional(), record: z.unknown().optional() });
const identitySchema = z.object({ kind: z.literal('identity'), handle: z.string().max(253).optional() });
const accountSchema = z.object({ kind: z.literal('account'), active: z.boolean(), status: z.string().max(100).optional() });

/** What happened to somebody, by whichever way it came. Another kind is none that matters here. */
export const happeningSchema = z.discriminatedUnion('kind', [commitSchema, identitySchema, accountSchema]);
export type Happening = z.output<typeof happeningSchema>;
export type Commit = Happening & { readonly kind: 'commit' };

/** Whose it is, and where it stands with the host that tells it. */
export interface Envelope {
  readonly did: string;
  /** Microseconds since 1970, when the host saw it. */
  readonly timeUs: number;
  readonly seq?: number;
}
