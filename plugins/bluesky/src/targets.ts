import { createHash } from 'node:crypto';
import { isValidDid } from '@atproto/syntax';
import type { Channel, Target } from '@earshot/plugin-sdk';
import { partsOf } from './refs.js';

const PULSE_MS = { profile: 60_000, list: 5 * 60_000, hashtag: 5 * 60_000, search: 10 * 60_000, mentions: 60_000 } as const;

type Kind = keyof typeof PULSE_MS;

const fits: Readonly<Record<Kind, (key: string) => boolean>> = {
  profile: isValidDid,
  list: (key) => partsOf(key)?.collection === 'app.bsky.graph.list',
  hashtag: (key) => /^[\p{L}\p{N}\p{M}_]{1,64}$/u.test(key),
  search: (key) => key.trim() !== '' && key.length <= 500,
  mentions: () => true,
};

const isKind = (kind: Target['kind']): kind is Kind => Object.hasOwn(PULSE_MS, kind);

export const isReadable = ({ kind, key }: Target): boolean => isKind(kind) && fits[kind](key);

/** Whom one filter of a Jetstream takes, with room for those who come. */
const MOST_ON_ONE = 8_000;

const shardOf = ({ key }: Target, bits: number): string => [...createHash('sha256').update(key).digest().subarray(0, 2)].map((byte) => byte.toString(2).padStart(8, '0')).join('').slice(0, bits);

/** As few channels as hold them, by the first bits of a hash, whose names depend on nobody else while their number stays. */
const shards = (profiles: readonly Target[]): ReadonlyMap<string, readonly Target[]> => {
  for (let bits = 0; ; bits += 1) {
    const found = Map.groupBy(profiles, (target) => shardOf(target, bits));
    if (bits === 16 || [...found.values()].every(({ length }) => length <= MOST_ON_ONE)) return found;
  }
};

/** One channel that streams for all profiles, several where they are many, and a polled one for each other target that the network can be asked about. */
export const planTargets = (targets: readonly Target[]): readonly Channel[] => {
  const readable = new Map(targets.filter(isReadable).map((target) => [`${target.kind}:${target.key}`, target]));
  const profiles = [...readable.values()].filter(({ kind }) => kind === 'profile');
  const streams = profiles.length === 0 ? [] : [...shards(profiles)];
  const polled = [...readable].filter(([, { kind }]) => kind !== 'profile');
  return [
    ...streams.map(([bits, all]): Channel => ({ key: bits === '' ? 'profiles' : `profiles:${bits}`, mode: 'stream', pulseMs: PULSE_MS.profile, targets: all, retarget: 'live' })),
    ...polled.map(([key, target]): Channel => ({ key, mode: 'poll', pulseMs: PULSE_MS[target.kind as Kind], targets: [target], retarget: 'reopen' })),
  ];
};
