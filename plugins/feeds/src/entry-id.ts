import { createHash } from 'node:crypto';
import type { Entry } from './feed.js';
import { parseDate } from './parse-date.js';

/** Bytes in UTF-8, which the contract counts as well. */
const MAX_ID = 2_000;
/** Schemes whose names mean the same everywhere. */
const GLOBAL = /^(https?:\/\/[^\s/]|tag:|urn:)\S+$/i;

const hash = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);

const within = (scope: string, ...parts: readonly string[]): string => `${scope.length < 1_500 ? scope : `urn:sha256:${hash(scope)}`}#entry-${hash(...parts)}`;

/**
 * The network-wide id of an entry that its feed calls `rawId`: as it stands where it is a URL, tag or URN; else made from the feed's
 * address and it, the same every time.
 *
 * @param scope - the address under which the feed is followed
 */
export const globalId = (rawId: string, scope: string): string => (GLOBAL.test(rawId) && Buffer.byteLength(rawId) <= MAX_ID ? rawId : within(scope, rawId));

const ownId = (entry: Entry, scope: string): string =>
  entry.rawId === undefined ? within(scope, entry.link ?? '', entry.title?.value ?? entry.content?.value ?? '') : globalId(entry.rawId, scope);

export interface NamedEntry {
  readonly id: string;
  readonly entry: Entry;
}

const updatedAt = ({ updated, published }: Entry): number => (parseDate(updated) ?? parseDate(published))?.getTime() ?? 0;

/**
 * Each entry with its id, every id once. One id for the same page twice is one entry, and its newest version counts; one id for
 * different pages is a mistake of the feed, and those entries get ids of their own.
 */
export const nameEntries = (entries: readonly Entry[], scope: string): readonly NamedEntry[] => {
  const links = new Map<string, Set<string>>();
  const ids = entries.map((entry) => ownId(entry, scope));
  ids.forEach((id, at) => links.set(id, (links.get(id) ?? new Set()).add(entries[at]?.link ?? '')));
  const named = new Map<string, NamedEntry>();
  entries.forEach((entry, at) => {
    const shared = ids[at] ?? '';
    const id = (links.get(shared)?.size ?? 0) > 1 ? within(scope, shared, entry.link ?? '', entry.title?.value ?? '') : shared;
    const before = named.get(id);
    if (before === undefined || updatedAt(entry) > updatedAt(before.entry)) named.set(id, { id, entry });
  });
  return [...named.values()];
};
