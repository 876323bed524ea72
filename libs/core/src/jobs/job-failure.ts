import { isRemoteError } from '@earshot/plugin-sdk';
import { PlatformError } from '../errors/index.js';

/** What is stored of a failed attempt, for administrators: a sentence that nobody's words are in. The log has the rest. */
export const jobFailure = (error: unknown): Error => {
  const failure = new Error(wordsOf(error).replaceAll('\0', '').toWellFormed().slice(0, 1_000));
  failure.name = 'JobFailed';
  delete failure.stack;
  return failure;
};

const wordsOf = (error: unknown): string => {
  if (isRemoteError(error) || error instanceof PlatformError || error instanceof JobProblem) return error.message;
  if (error instanceof Error && error.name === 'AbortError') return 'It was stopped before it was done.';
  return `It failed unexpectedly (${error instanceof Error ? error.name : typeof error}). The log says more.`;
};

/** A job could not be done, or not whole; the message is for administrators and holds nobody's words. */
export class JobProblem extends Error {
  override readonly name = 'JobProblem';
}
