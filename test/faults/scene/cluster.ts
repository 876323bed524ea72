import { deriveSecret } from '@earshot/core/config';
import { prepareDatabase } from '@earshot/core/database';
import { type ConnectionTarget, type EmbeddedPostgres, startEmbeddedPostgres } from '@earshot/core/database/embedded';
import { installJobQueue } from '@earshot/core/jobs';
import pg, { type Client, type QueryResultRow } from 'pg';

/** The installation key of everything that the suite starts: the passwords of the roles, which a cluster has once, follow from it. */
export const key = Buffer.alloc(32, 23);

const quiet = { info: () => {}, warn: () => {} };

/** By a connection of its own: whatever became of those before it. */
export const connected = async <T>(target: ConnectionTarget, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ ...target, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
};

/** One statement as the owner. */
export const askOnce = <Row extends QueryResultRow>(target: ConnectionTarget, sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  connected(target, async (client) => (await client.query<Row>(sql, [...values])).rows);

/** A PostgreSQL as Earshot brings it, durable, with a migrated template: a database of a round is a copy of it. */
export class Cluster {
  private made = 0;
  private template: Promise<string> | undefined;
  private readonly postgres: EmbeddedPostgres;

  private constructor(postgres: EmbeddedPostgres) {
    this.postgres = postgres;
  }

  static async start(folder: string): Promise<Cluster> {
    return new Cluster(await startEmbeddedPostgres({ dataDirectory: folder, log: quiet }));
  }

  target(database = 'postgres'): ConnectionTarget {
    return this.postgres.adminConfig(database);
  }

  /** @returns its name */
  async empty(): Promise<string> {
    const name = `round_${++this.made}`;
    await askOnce(this.target(), `create database ${name} template template0 encoding 'UTF8'`);
    return name;
  }

  /** Migrated, without a library. */
  async fresh(): Promise<string> {
    const template = await (this.template ??= this.migrated());
    const name = `round_${++this.made}`;
    await askOnce(this.target(), `create database ${name} template ${template} strategy file_copy`);
    return name;
  }

  async drop(name: string): Promise<void> {
    await askOnce(this.target(), `drop database if exists ${name} with (force)`);
  }

  stop(): Promise<void> {
    return this.postgres.stop();
  }

  private async migrated(): Promise<string> {
    const name = await this.empty();
    await prepareDatabase({ owner: this.target(name), password: (role) => deriveSecret(key, `database-role/${role}`), also: installJobQueue });
    return name;
  }
}
