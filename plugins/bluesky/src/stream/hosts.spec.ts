import { describe, expect, it } from '@jest/globals';
import { settingsSchema } from '../settings.js';
import { hostsOf, inTurn } from './hosts.js';

const told = (settings: object) => hostsOf(settingsSchema.parse({ handle: 'library.example', ...settings })).map(({ origin, speaks }) => `${speaks} ${origin}`);

describe('the hosts by which one hears', () => {
  it('are the public ones where the directory is the public one, and none of them on another network', () => {
    expect(told({})).toEqual(['us-east', 'us-west'].map((where) => `jetstream wss://jetstream.${where}.bsky.network`).concat(['us-east', 'us-west'].map((where) => `jetstream wss://jetstream2.${where}.bsky.network`)));
    expect(told({ directory: 'http://localhost:2582' })).toEqual([]);
    expect(told({ jetstream: [] })).toEqual([]);
  });

  it('are those that staff name, once each and by whichever scheme, relays last', () => {
    expect(told({ jetstream: ['https://one.example/subscribe', 'wss://one.example', 'ws://two.example:6008'], relays: ['https://one.example'] })).toEqual(['jetstream wss://one.example', 'jetstream ws://two.example:6008', 'repos wss://one.example']);
    expect(settingsSchema.safeParse({ handle: 'a.example', jetstream: ['wss://me:secret@one.example'] }).success).toBe(false);
  });

  it('are tried from the one that was heard last, and behind it where that one is blind', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ origin: `wss://${name}.example`, speaks: 'jetstream' as const })) as [never, never, never];
    expect(inTurn([a, b, c], b, false)).toEqual([b, c, a]);
    expect(inTurn([a, b, c], b, true)).toEqual([c, a]);
    expect(inTurn([a], a, true)).toEqual([]);
    expect(inTurn([a, b], c, true)).toEqual([a, b]);
    expect(inTurn([a, b], undefined, false)).toEqual([a, b]);
  });
});
