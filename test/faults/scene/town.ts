import { newId } from '@earshot/core/database';
import type { Round } from '../frame/round.ts';
import { FarSide } from '../network/far-side.ts';
import type { NetworkSettings } from '../network/plugin.ts';
import type { ScriptWish } from '../network/script.ts';
import { Installation } from './installation.ts';

/** A library that listens to a network of the suite by one account. */
export interface Listener {
  readonly name: string;
  readonly libraryId: string;
  readonly accountId: string;
  readonly personId: string;
  /** Of the network's channels, those that it follows. */
  readonly channels: readonly number[];
}

/** An installation with two libraries that listen to one network, of which the second hears a part. */
export interface Town {
  readonly installation: Installation;
  readonly farSide: FarSide;
  readonly listeners: readonly Listener[];
}

export const foundLibrary = async (installation: Installation, handle: string): Promise<Pick<Listener, 'libraryId' | 'personId'>> => {
  const [libraryId, system, personId] = [newId(), newId(), newId()];
  const put = (sql: string, ...values: readonly unknown[]): Promise<unknown> => installation.query(sql, values);
  await put(`insert into library(id, root_id, kind, name, handle) values ($1, $1, 'library', $2, $2)`, libraryId, handle);
  await put(`insert into actor(id, kind) values ($1, 'system'), ($2, 'person')`, system, personId);
  await put('insert into system_actor(actor_id, library_id) values ($1, $2)', system, libraryId);
  await put('insert into person(actor_id, email, name) values ($1, $2, $3)', personId, `${handle}@library.example`, `The librarian of ${handle}`);
  await put(`insert into actor_role(actor_id, library_id, role) values ($1, $3, 'librarian'), ($2, $3, 'librarian')`, system, personId, libraryId);
  return { libraryId, personId };
};

const listens = async (installation: Installation, handle: string, channels: readonly number[], settings: Omit<NetworkSettings, 'reader'>): Promise<Listener> => {
  const { libraryId, personId } = await foundLibrary(installation, handle);
  const [accountId, list] = [newId(), newId()];
  await installation.query(`insert into account(id, library_id, plugin, name, settings, allowed_addresses) values ($1, $2, 'faults', $3, $4, $5)`, [accountId, libraryId, handle, JSON.stringify({ ...settings, reader: handle }), [new URL(settings.url).host]]);
  await installation.query('insert into follow_list(id, library_id, name) values ($1, $2, $3)', [list, libraryId, handle]);
  for (const channel of channels)
    await installation.query(
      `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category) values ($1, $2, $3, $4, 'feed', 'faults', $5, $6, 'the suite', 'other')`,
      [newId(), libraryId, list, accountId, String(channel), `${settings.mode} ${channel}`]);
  return { name: handle, libraryId, accountId, personId, channels };
};

export interface TownWish extends Partial<ScriptWish> {
  /** Replies leave by the way of every plugin, with its budgets: so at most a few dozen do. */
  readonly guarded?: boolean;
}

/** Set up in a database that is migrated; nothing runs yet. */
export const openTown = async (round: Round, installation: Installation, { guarded = false, ...wish }: TownWish = {}): Promise<Town> => {
  const { draw } = round;
  const farSide = await FarSide.open({ seed: draw.int(0, 2 ** 31), channels: 3, posts: draw.int(150, 350), disorder: draw.int(0, 60), ...wish });
  round.afterwards(() => farSide.close());
  const mode = draw.pick(['poll', 'stream'] as const);
  const settings = { url: farSide.url, mode, guarded, since: Date.now() - 3_600_000, ...farSide.wish };
  const all = farSide.script.map((_, channel) => channel);
  const listeners = [await listens(installation, 'ashford', all, settings), await listens(installation, 'millbrook', all.slice(0, 1), settings)];
  return { installation, farSide, listeners };
};

/** On a PostgreSQL that others use after this round. */
export const townOf = async (round: Round, wish: TownWish = {}): Promise<Town> => {
  const cluster = await round.cluster();
  const name = await cluster.fresh();
  round.afterwards(() => cluster.drop(name));
  return openTown(round, await Installation.open(round, cluster.target(name)), wish);
};
