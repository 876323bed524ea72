import { isValidDid } from '@atproto/syntax';
import type { Channel, Target } from '@earshot/plugin-sdk';
import { partsOf } from './refs.js';

const PULSE_MS = { profile: 5 * 60_000, list: 5 * 60_000, hashtag: 5 * 60_000, search: 10 * 60_000, mentions: 60_000 } as const;

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

/** A channel for each target that the network can be asked about. */
export const planTargets = (targets: readonly Target[]): readonly Channel[] => {
  const readable = new Map(targets.filter(isReadable).map((target) => [`${target.kind}:${target.key}`, target]));
  return [...readable].map(([key, target]) => ({ key, mode: 'poll', pulseMs: PULSE_MS[target.kind as Kind], targets: [target], retarget: 'reopen' }));
};
