import type { Said } from './jetstream-frames.js';

export interface SyntheticOptions {
  /** How many people there are, beside those who are named. */
  readonly strangers?: number;
  /** People whose posts are wanted; `share` of all events are theirs. */
  readonly followed?: readonly string[];
  readonly share?: number;
  readonly seed?: number;
}

const WORDS = 'the town mill bread shop library opens closes tonight tomorrow who knows where one can mend a bicycle chain near river and how long does it take'.split(' ');
const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz';

/** Repeats itself exactly: mulberry32. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
};

const textOf = (number: number, length: number): string => {
  let [left, text] = [number, ''];
  for (let at = 0; at < length; at += 1) {
    text = (ALPHABET[left % 32] ?? '2') + text;
    left = Math.floor(left / 32);
  }
  return text;
};

/** The DID of an invented person. */
export const syntheticDid = (number: number): string => `did:plc:${textOf(number, 24)}`;

/** What happens on a large network, without end: six likes to one post, and now and then a handle or an account. */
export function* syntheticEvents({ strangers = 100_000, followed = [], share = 0.01, seed = 1 }: SyntheticOptions = {}): Generator<Said, never> {
  const random = randomFrom(seed);
  const pick = (most: number): number => Math.floor(random() * most);
  const stranger = (): string => syntheticDid(1_000_000 + pick(strangers));
  const cid = (number: number): string => `bafyrei${textOf(number, 52)}`;
  for (let number = 0; ; number += 1) {
    const isFollowed = followed.length > 0 && random() < share;
    const did = isFollowed ? (followed[pick(followed.length)] ?? stranger()) : stranger();
    const rkey = textOf(30_000_000 + number, 13);
    const at = { rkey, rev: rkey, cid: cid(number), did, kind: 'commit' as const };
    const other = { uri: `at://${stranger()}/app.bsky.feed.post/${textOf(pick(1e9), 13)}`, cid: cid(pick(1e9)) };
    const createdAt = new Date(1_790_000_000_000 + number).toISOString();
    const chance = random();
    if (chance < 0.01) yield { kind: 'identity', did, handle: `${rkey}.example` };
    else if (chance < 0.015) yield { kind: 'account', did, active: true };
    else if (isFollowed || chance < 0.14) {
      const text = Array.from({ length: 6 + pick(30) }, () => WORDS[pick(WORDS.length)]).join(' ');
      const record = { $type: 'app.bsky.feed.post', text, langs: ['en'], createdAt, ...(random() < 0.5 ? { reply: { root: other, parent: other } } : {}) };
      yield { ...at, operation: 'create', collection: 'app.bsky.feed.post', record };
    } else if (chance < 0.2) yield { kind: 'commit', did, operation: 'delete', collection: 'app.bsky.feed.like', rkey };
    else if (chance < 0.35) yield { ...at, operation: 'create', collection: 'app.bsky.graph.follow', record: { $type: 'app.bsky.graph.follow', subject: stranger(), createdAt } };
    else yield { ...at, operation: 'create', collection: 'app.bsky.feed.like', record: { $type: 'app.bsky.feed.like', subject: other, createdAt } };
  }
}
