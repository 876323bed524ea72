import { isRemoteError } from '@earshot/plugin-sdk';

/** What asking for a stretch of time came to. */
export type FillEnd =
  | {
      readonly kind: 'answered';
      /** The network said that this was everything. */
      readonly whole: boolean;
    }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The process stops. */
  | { readonly kind: 'interrupted' };

export interface FillCircumstances {
  readonly now: Date;
  /** When it was noticed that something is missing. */
  readonly notedAt: Date;
  /** Brought in all, also at earlier tries. */
  readonly posts: number;
  readonly tries: number;
}

export type FillVerdict = { readonly state: 'closed' | 'partly-closed' | 'lost' } | { readonly tryAt: Date; readonly tries: number };

const minute = 60_000;
const firstWaitMs = 5 * minute;
const longestWaitMs = 6 * 60 * minute;
/** After this, what could not be had is taken for lost. */
const patienceMs = 72 * 60 * minute;

/**
 * What becomes of a gap, or of a follow's last days. Pure. Only what the network itself calls whole is closed: of a network that gives what it
 * has and does not say whether that is all, some is heard since, and nobody knows whether all.
 */
export const fillVerdict = (end: FillEnd, told: FillCircumstances): FillVerdict => {
  const someOrNone = { state: told.posts > 0 ? 'partly-closed' : 'lost' } as const;
  if (end.kind === 'interrupted') return { tryAt: told.now, tries: told.tries };
  if (end.kind === 'answered') return end.whole ? { state: 'closed' } : someOrNone;
  if (isRemoteError(end.error) && (end.error.kind === 'rejected' || end.error.kind === 'invalid-data')) return someOrNone;
  if (told.now.getTime() - told.notedAt.getTime() > patienceMs) return someOrNone;
  const asked = isRemoteError(end.error) && end.error.kind === 'rate-limited' ? end.error.facts.retryAfter?.getTime() : undefined;
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(20, told.tries));
  return { tryAt: new Date(Math.max(asked ?? 0, told.now.getTime() + wait)), tries: told.tries + 1 };
};
