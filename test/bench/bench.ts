import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Database, prepareDatabase } from '@earshot/core/database';
import { installJobQueue } from '@earshot/core/jobs';
import { startEmbeddedPostgres } from '@earshot/core/database/embedded';
import pg, { type Client } from 'pg';
import type { Done, Figure } from './figure.ts';
import { benchConsortium } from './consortium/consortium.ts';
import { benchInbox } from './inbox/inbox.ts';
import { benchJetstream } from './jetstream/jetstream.ts';
import { benchArrival } from './mastodon/arrival.ts';
import { benchForty, benchFortyPolled } from './mastodon/forty.ts';
import { benchListening, benchStoredScreening } from './listening.ts';
import { benchMemory } from './memory.ts';
import { benchSending } from './sending.ts';
import { benchStart } from './start.ts';
import { benchThreads } from './threads.ts';

/** What is measured by itself, in this order: `npm run bench -- jetstream forty`. */
const sections: Readonly<Record<string, (done: Done) => Promise<void>>> = {
  listening: (done) => inDatabase((database, owner) => measure(database, owner, done)),
  screening: async (done) => { for (const figure of await benchScreening()) done(figure); },
  inbox: benchInbox,
  consortium: benchConsortium,
  threads: (done) => inDatabase((database, owner) => benchThreads(database, owner, done)),
  memory: benchMemory,
  sending: benchSending,
  start: benchStart,
  jetstream: benchJetstream,
  arrival: benchArrival,
  forty: benchForty,
  'forty-polled': benchFortyPolled,
};

/** `npm run bench`: bounded, ends by itself, prints each figure beside a reference of the same run and writes bench/latest.json. */
const main = async (): Promise<void> => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !Object.hasOwn(sections, name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}: ${Object.keys(sections).join(', ')}`);
  const figures: Figure[] = [];
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}, load before ${loadavg()[0]?.toFixed(1)}\n`);
  for (const name of asked.length === 0 ? Object.keys(sections) : asked) {
    await sections[name]?.((figure) => {
      figures.push(figure);
      print(figure);
    });
  }
  await mkdir('bench', { recursive: true });
  await writeFile('bench/latest.json', `${JSON.stringify(figures, undefined, 2)}\n`);
};

const log = { debug: () => {}, info: () => {}, warn: (message: string) => console.error(message), error: (message: string) => console.error(message) };

const inDatabase = async (work: (database: Database, owner: Client) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory, log });
  try {
    const admin = new pg.Client(postgres.adminConfig());
    await admin.connect();
    await admin.query('create database bench');
    await admin.end();
    const connections = await prepareDatabase({ owner: postgres.adminConfig('bench'), also: installJobQueue, password: (role) => `bench-${role}` });
    const owner = new pg.Client(postgres.adminConfig('bench'));
    await owner.connect();
    const database = await Database.open({ connections, entities: [] });
    try {
      console.log(`PostgreSQL ${postgres.version}`);
      await work(database, owner);
    } finally {
      await database.close();
      await owner.end();
    }
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
};

/** In processes of their own, whose memory is then their own. */
const benchScreening = async (): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const size of ['once', 'ten-times']) {
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('./screening.ts', import.meta.url)), size], { env: process.env });
    figures.push(...(JSON.parse(stdout) as Figure[]));
  }
  const [once] = figures;
  return figures.map((figure) => (figure.name === 'screening-x10' && once !== undefined ? { ...figure, reference: once.value, ratio: figure.value / once.value, note: `${figure.note}; reference: the figure before` } : figure));
};

const measure = async (database: Database, owner: Client, done: Done): Promise<void> => {
  done(await benchListening(database, owner));
  done(await benchStoredScreening(database, owner));
};

const print = ({ name, unit, value, reference, ratio, bar, met, note }: Figure): void => {
  const beside = reference === undefined ? '' : ` reference ${reference.toFixed(reference < 100 ? 2 : 0)}, ratio ${ratio?.toFixed(2)}`;
  const against = bar === undefined ? '' : ` bar ${bar}, ${met === true ? 'met' : 'MISSED'}`;
  console.log(`${name.padEnd(17)} ${value.toFixed(value < 100 ? 2 : 0).padStart(10)} ${unit.padEnd(14)}${beside}${against}  (${note})`);
};

await main();
