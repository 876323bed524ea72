import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunningDatabase } from '@earshot/core/database/embedded';
import pg, { type Client, type ClientConfig } from 'pg';
import { type Consortium, foundConsortium } from '../seed/found-consortium.ts';
import { type HeardSizes, seedHeard } from '../seed/seed-heard.ts';
import { type Started, startEarshot } from './running-earshot.ts';

export interface Seeded {
  readonly data: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly consortium: Consortium;
}

export interface SeededSizes extends HeardSizes {
  readonly libraries: number;
  readonly staff: number;
}

/** A login as the application's, whom row-level security binds as it binds Earshot's own. */
export const reader = { user: 'bench_reader', password: 'bench' } as const;

/** A data folder of an Earshot that heard for ninety days, and that runs no more. Its PostgreSQL counts its statements. */
export const withSeeded = async (
  sizes: SeededSizes, settings: Readonly<Record<string, string>>, work: (seeded: Seeded) => Promise<void>, also?: (owner: Client, consortium: Consortium) => Promise<void>,
): Promise<void> => {
  const data = await mkdtemp(join(tmpdir(), 'earshot-bench-seeded-'));
  const all = { EARSHOT_KEY: randomBytes(32).toString('base64'), ...settings };
  try {
    const consortium = await onceStarted(data, { ...all, EARSHOT_ROLES: 'api' }, async (owner) => {
      const founded = await foundConsortium(owner, sizes);
      await seedHeard(owner, founded, sizes);
      await also?.(owner, founded);
      await owner.query(`create role ${reader.user} login password '${reader.password}' in role earshot_app`);
      await owner.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
      return founded;
    });
    await work({ data, settings: all, consortium });
  } finally {
    await rm(data, { recursive: true, force: true });
  }
};

const onceStarted = async <T>(data: string, settings: Readonly<Record<string, string>>, work: (owner: Client) => Promise<T>): Promise<T> => {
  const earshot = await startEarshot(data, settings);
  try {
    return await withOwner(data, work);
  } finally {
    await earshot.stop();
  }
};

const withOwner = async <T>(data: string, work: (owner: Client, at: ClientConfig) => Promise<T>): Promise<T> => {
  const target = await findRunningDatabase(data);
  if (target === undefined) throw new Error('Earshot runs, and its database does not');
  const owner = new pg.Client({ ...target, database: 'earshot' });
  await owner.connect();
  try {
    return await work(owner, { ...target, database: 'earshot' });
  } finally {
    await owner.end();
  }
};

export interface SeededEarshot extends Started, Seeded {
  readonly owner: Client;
  /** Where the database is, as its owner. */
  readonly at: ClientConfig;
}

/** Starts Earshot on what was seeded. */
export const whileItRuns = async (seeded: Seeded, work: (earshot: SeededEarshot) => Promise<void>, more: Readonly<Record<string, string>> = {}): Promise<void> => {
  const earshot = await startEarshot(seeded.data, { ...seeded.settings, ...more });
  try {
    await withOwner(seeded.data, (owner, at) => work({ ...seeded, ...earshot, owner, at }));
  } finally {
    await earshot.stop();
  }
};
