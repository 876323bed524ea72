import { StartError } from '@earshot/core/errors';

/** What one look at the installation found, in words for whoever runs it. Never holds a secret, nor anything that somebody wrote. */
export interface Checked {
  /** Stable: docs/operating.md lists them. */
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly words: string;
  /** What to do, where something is to be done. */
  readonly cure?: string;
}

export const ok = (check: string, words: string): Checked => ({ check, status: 'ok', words });
export const warn = (check: string, words: string, cure: string): Checked => ({ check, status: 'warn', words, cure });
export const fail = (check: string, words: string, cure: string): Checked => ({ check, status: 'fail', words, cure });

/** `counted(1, 'account is', 'accounts are')`: "1 account is". */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Names that are told at most; the rest are counted. */
const mostNames = 5;
export const named = (names: readonly string[]): string => (names.length <= mostNames ? names.join(', ') : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`);

/** Runs a look that says by a StartError what would stop a start. */
export const checking = async (check: string, look: () => Promise<Checked | string>): Promise<Checked> => {
  try {
    const seen = await look();
    return typeof seen === 'string' ? ok(check, seen) : seen;
  } catch (error) {
    if (error instanceof StartError) return fail(check, error.message, error.cure);
    throw error;
  }
};
