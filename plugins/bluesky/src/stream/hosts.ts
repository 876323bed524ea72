import type { BlueskySettings } from '../settings.js';

const PUBLIC_DIRECTORY = 'https://plc.directory';

/**
 * Instances that Bluesky runs for everybody (bsky.network/docs/jetstream and the README of bluesky-social/jetstream, seen 2026-11): the first two
 * speak both versions, the others the first.
 */
const PUBLIC_JETSTREAMS = ['wss://jetstream.us-east.bsky.network', 'wss://jetstream.us-west.bsky.network', 'wss://jetstream2.us-east.bsky.network', 'wss://jetstream2.us-west.bsky.network'];

/** Something by which one hears without asking again and again. */
export interface Host {
  readonly origin: string;
  readonly speaks: 'jetstream' | 'repos';
}

const socketOrigin = (address: string): string => new URL(address.replace(/^http/i, 'ws')).origin;

/** In the order in which they are tried. Without any, whoever is followed is asked one by one. */
export const hostsOf = ({ jetstream, relays, directory }: Pick<BlueskySettings, 'jetstream' | 'relays' | 'directory'>): readonly Host[] => {
  // Another directory is another network, of which the public instances know nothing.
  const jetstreams = jetstream ?? (new URL(directory).origin === PUBLIC_DIRECTORY ? PUBLIC_JETSTREAMS : []);
  const all = [...jetstreams.map((address) => ({ origin: socketOrigin(address), speaks: 'jetstream' as const })), ...relays.map((address) => ({ origin: socketOrigin(address), speaks: 'repos' as const }))];
  return [...new Map(all.map((host) => [`${host.speaks} ${host.origin}`, host])).values()];
};

/** Beginning with the one that was heard last; behind it where that one is blind. */
export const inTurn = (hosts: readonly Host[], last: Pick<Host, 'origin' | 'speaks'> | undefined, isBlind: boolean): readonly Host[] => {
  const at = hosts.findIndex(({ origin, speaks }) => origin === last?.origin && speaks === last.speaks);
  if (at < 0) return hosts;
  const turned = [...hosts.slice(at), ...hosts.slice(0, at)];
  return isBlind ? turned.slice(1) : turned;
};

/** Without the scheme, as staff read it. */
export const nameOf = ({ origin }: Pick<Host, 'origin'>): string => new URL(origin).host;
