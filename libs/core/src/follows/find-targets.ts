import { isRemoteError } from '@earshot/plugin-sdk';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import { longestKey, type FollowEntry } from './follow-entries.js';
import type { FollowKind } from './follow.row.js';
import type { TargetResolver } from './target-resolver.js';

/** What a follow can be of: a target of a plugin's. */
export interface FollowTarget {
  readonly kind: FollowKind;
  readonly network: string;
  readonly key: string;
  readonly label: string;
}

export interface FoundEntry extends FollowEntry {
  readonly targets: readonly FollowTarget[];
  /** Why there is none. */
  readonly why?: string;
}

const atOnce = 8;
const longestLookUp = 60_000;
const mostTargets = 20;

const fits = (text: string): boolean => Buffer.byteLength(text) <= longestKey;
const tooLong = `It is longer than ${longestKey} bytes.`;

/**
 * Asks the account's plugin about every entry, a few at a time, for a minute at most; what was not asked by then says so.
 * What a plugin says of one entry never spoils another. A plugin's bug, and only that, is thrown.
 */
export const findTargets = async (resolver: TargetResolver, accountId: string, entries: readonly FollowEntry[], actor: Actor): Promise<readonly FoundEntry[]> => {
  const found: FoundEntry[] = [];
  const waiting = [...entries.entries()];
  const deadline = Date.now() + longestLookUp;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, entry] = next;
      found[index] = Date.now() < deadline ? await findOne(resolver, accountId, entry, actor) : { ...entry, targets: [], why: 'There was no time left to look it up: add it again.' };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return found;
};

const findOne = async (resolver: TargetResolver, accountId: string, entry: FollowEntry, actor: Actor): Promise<FoundEntry> => {
  if (!fits(entry.text)) return { ...entry, targets: [], why: tooLong };
  if (entry.text.includes('\u0000')) return { ...entry, targets: [], why: 'It holds a character that cannot be stored (U+0000).' };
  try {
    const targets = (await resolver.resolve(accountId, entry.text, actor)).filter(({ key }) => key !== '' && !key.includes('\u0000') && fits(key));
    if (targets.length === 0) return { ...entry, targets, why: 'Nothing that could be followed goes by this name.' };
    return { ...entry, targets: targets.slice(0, mostTargets).map(({ kind, network, key, label }) => ({ kind, network, key, label: clip((targets.length === 1 ? entry.label : undefined) ?? (label || key)) })) };
  } catch (error) {
    if (isRemoteError(error) || error instanceof PlatformError) return { ...entry, targets: [], why: error.message };
    throw error;
  }
};

const longestLabel = 300;
const clip = (label: string): string => [...label.toWellFormed().replaceAll('\u0000', ' ')].slice(0, longestLabel).join('');
