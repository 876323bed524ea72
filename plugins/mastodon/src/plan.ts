import type { Channel, Target } from '@earshot/plugin-sdk';
import { createHash } from 'node:crypto';

const POLL_MS = 5 * 60_000;
/** Searching costs a server more than reading. */
const SEARCH_MS = 10 * 60_000;
/** Servers allow 300 requests in five minutes: reading profiles takes half of them at most, however many are followed. */
const PER_PROFILE_MS = 2_000;
/** A stream is looked after more often than that: see read-stream.ts. */
const STREAM_MS = 10 * 60_000;

/** Hashtags on one channel, and so on one socket; their marks stay far below what a cursor may have. */
const TAGS = 100;

type Readable = Exclude<Target['kind'], 'feed'>;
const modes: Readonly<Record<Readable, Channel['mode']>> = { profile: 'poll', search: 'poll', hashtag: 'stream', timeline: 'stream', list: 'stream', mentions: 'stream' };
const isReadable = (kind: Target['kind']): kind is Readable => Object.hasOwn(modes, kind);

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Which of some channels a hashtag is on, whatever others there are. */
const groupOf = (tag: string, groups: number): string => (groups === 1 ? 'hashtags' : `hashtags ${1 + (Number.parseInt(hashOf(tag).slice(0, 8), 16) % groups)} of ${groups}`);

const channelKey = ({ kind, key }: Target, groups: number): string => {
  if (kind === 'hashtag') return groupOf(key, groups);
  const full = `${kind} ${key}`;
  return Buffer.byteLength(full) <= 1_000 ? full : `${kind} sha256:${hashOf(key)}`;
};

/**
 * A channel for each target, and one for all hashtags, which one socket brings. Profiles one by one, so that each has its own cursor, and one that
 * is broken silences no other; the more there are, the more rarely each is looked at. Whoever follows hundreds has the library's account follow them
 * and reads its home, or a list: one channel, streamed.
 */
export const plan = (targets: readonly Target[]): readonly Channel[] => {
  const readable = [...new Map(targets.filter(({ kind }) => isReadable(kind)).map((target) => [`${target.kind} ${target.key}`, target])).values()];
  const groups = Math.max(1, Math.ceil((readable.filter(({ kind }) => kind === 'hashtag').length * 1.5) / TAGS));
  const channels = Map.groupBy(readable.toSorted((one, other) => (one.key < other.key ? -1 : 1)), (target) => channelKey(target, groups));
  const profiles = readable.filter(({ kind }) => kind === 'profile').length;
  return [...channels]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, same]) => {
      const kind = same[0]?.kind as Readable;
      const mode = modes[kind];
      const pulseMs = mode === 'stream' ? STREAM_MS : kind === 'search' ? SEARCH_MS : Math.max(POLL_MS, profiles * PER_PROFILE_MS);
      return { key, mode, pulseMs, targets: same, retarget: 'reopen' };
    });
};
