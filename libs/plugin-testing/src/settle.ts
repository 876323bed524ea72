import { isRemoteError } from '@earshot/plugin-sdk';
import { ContractBroken } from './check.js';

/** Milliseconds within which a plugin settles after an abort. */
export const abortDeadlineMs = 5_000;

/**
 * Waits for work that must settle, however: what it resolved or rejected with, or a {@link ContractBroken} after `deadlineMs` of the
 * machine's own time. A contract that holds never waits for the deadline.
 */
export const settled = async <T>(what: string, work: Promise<T>, deadlineMs = abortDeadlineMs): Promise<PromiseSettledResult<T>> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ContractBroken(`${what} did not settle within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    const [result] = await Promise.race([Promise.allSettled([work]), late]);
    return result as PromiseSettledResult<T>;
  } finally {
    clearTimeout(timer);
  }
};

/** @throws {@link ContractBroken} when something other than a RemoteError was thrown */
export const demandRemoteError = (what: string, result: PromiseSettledResult<unknown>): void => {
  if (result.status === 'fulfilled' || isRemoteError(result.reason)) return;
  throw new ContractBroken(`${what} threw something that is no RemoteError: ${String(result.reason)}`, { cause: result.reason });
};

const freeze = <T>(value: T, seen = new Set<unknown>()): T => {
  if (typeof value !== 'object' || value === null || seen.has(value)) return value;
  seen.add(value);
  for (const inner of Object.values(value)) freeze(inner, seen);
  return value instanceof Uint8Array ? value : Object.freeze(value);
};

/** The value itself, frozen in all its depth, so that whoever changes it throws. */
export const frozen = <T>(value: T): T => freeze(value);
