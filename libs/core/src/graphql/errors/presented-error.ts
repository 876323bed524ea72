import { z } from 'zod';
import { newId } from '../../database/index.js';
import { correlationId } from '../../logging/index.js';
import { isConnectionLost, PlatformError, type PlatformErrorCode } from '../../errors/index.js';

/** An error as a caller may see it. */
export interface PresentedError {
  readonly code: PlatformErrorCode | 'INTERNAL';
  readonly message: string;
  readonly field?: string;
  /** Of INTERNAL: what to look for in the log. */
  readonly id?: string;
}

/** What PostgreSQL says when a value that a caller chose cannot be stored, or when it has no time for us. Anything else it says is our bug. */
const postgres: Readonly<Record<string, readonly [PlatformErrorCode, string]>> = {
  '22021': ['BAD_INPUT', 'A text holds a character that cannot be stored (U+0000).'],
  '22P05': ['BAD_INPUT', 'A text holds a character that cannot be stored (U+0000).'],
  '22008': ['BAD_INPUT', 'A moment lies out of range.'],
  '22003': ['BAD_INPUT', 'A number lies out of range.'],
  '40001': ['CONFLICT', 'Somebody changed the same thing at the same time. Try again.'],
  '40P01': ['CONFLICT', 'Somebody changed the same thing at the same time. Try again.'],
  '53300': ['UNAVAILABLE', 'The database takes no more connections now. Try again.'],
  '55P03': ['UNAVAILABLE', 'Somebody holds this just now. Try again.'],
  '57014': ['UNAVAILABLE', 'This took too long and was ended.'],
};

const codeOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '');

/**
 * The one place where what was thrown becomes what a caller reads. `log` hears of everything that is not the caller's fault,
 * whole, with the id that the caller is given.
 */
export const presentError = (error: unknown, log: (id: string, error: unknown) => void): PresentedError => {
  if (error instanceof PlatformError) return { code: error.code, message: error.message, ...(error.field === undefined ? {} : { field: error.field }) };
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    const field = issue?.path.join('.');
    return { code: 'BAD_INPUT', message: issue?.message ?? 'This is not what was asked for.', ...(field ? { field } : {}) };
  }
  // That of the request: whoever tells it to an administrator leads them to every line about it.
  const id = correlationId() ?? newId();
  const known = postgres[codeOf(error)];
  if (known?.[0] === 'BAD_INPUT' || known?.[0] === 'CONFLICT') return { code: known[0], message: known[1] };
  log(id, error);
  if (isConnectionLost(error)) return { code: 'UNAVAILABLE', message: 'The database does not answer. Try again.', id };
  if (known !== undefined) return { code: known[0], message: known[1], id };
  return { code: 'INTERNAL', message: `Something failed on our side. The log has it as ${id}.`, id };
};
