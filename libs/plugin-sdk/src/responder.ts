import type { Ref } from './ref.js';

export interface Attempt { readonly key: string; readonly part: number; readonly text: string; readonly to?: Ref; readonly root?: Ref; readonly lang: string; readonly firstTriedAt: Date }
/** Asked for a target, on its server, now: threadgates and limits differ per post. Counting is data, so that a composer counts live. */
export interface Abilities {
  readonly reply: 'yes' | 'by-hand' | 'no'; readonly because?: string;
  readonly length: { readonly limit: number; readonly unit: 'grapheme' | 'character' | 'byte'; readonly urlWeight?: number };
  readonly can: readonly ('edit' | 'remove' | 'like' | 'boost' | 'media')[];
}
export interface Responder<X> {
  abilities(to: Ref | undefined, ctx: X): Promise<Abilities>;
  send(attempt: Attempt, ctx: X): Promise<Ref>;
  find(attempt: Attempt, ctx: X): Promise<Ref | 'absent' | 'cannot-tell'>;
  change?(sent: Ref, to: { text: string } | 'removed', ctx: X): Promise<void>;
  act?(on: Ref, what: 'like' | 'boost', ctx: X): Promise<void>;
}
