import { createHash } from 'node:crypto';
import type { PoolClient, QueryConfig } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';

/**
 * The reading of one request: one connection, taken at the first query, in one read-only transaction of one actor.
 *
 * Queries asked at once wait for each other (a connection runs one at a time), so a request never takes more than one connection.
 * States: unopened → open → closed, and back to unopened by `rest`. `close` must be called, also after a failure; after it every query is refused.
 */
export class ReadScope {
  private runner: Promise<QueryRunner> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly source: DataSource, readonly actor: string) {}

  /** Statements that this request ran, without begin and commit. */
  statements = 0;

  query<Row = unknown>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.ask<Row>({ text: sql, values: [...parameters] });
  }

  /**
   * The same for a statement whose text is always the same, whatever is asked for: a connection reads and plans it once, and with the views of the world
   * that is half of its time. Not where its plan should go by the values.
   */
  prepared<Row = unknown>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.ask<Row>({ name: nameOf(sql), text: sql, values: [...parameters] });
  }

  private ask<Row>(statement: QueryConfig): Promise<Row[]> {
    if (this.closed) return Promise.reject(new Error('this read scope is closed: its request has ended'));
    const answer = this.last.then(async () => {
      const runner = await (this.runner ??= this.open());
      this.statements++;
      const client = (await runner.connect()) as PoolClient;
      return (await client.query(statement)).rows as Row[];
    });
    // The next query runs whether or not this one failed; its own caller hears of the failure.
    this.last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  /** Resolves once nothing is left to answer, of what was asked meanwhile as well. */
  async idle(): Promise<void> {
    for (let seen: unknown; seen !== this.last; ) {
      seen = this.last;
      await this.last;
    }
  }

  /**
   * Gives the connection back once what was asked so far is answered; the next query takes one again, and reads of another moment. For whoever is about
   * to wait for something else: requests that each hold a connection and wait for a second one wait for each other for ever.
   */
  async rest(): Promise<void> {
    const rested = this.last.then(() => this.giveBack());
    this.last = rested.catch(() => undefined);
    await rested;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.last;
    await this.giveBack();
  }

  private async giveBack(): Promise<void> {
    const opened = this.runner;
    if (opened === undefined) return;
    this.runner = undefined;
    const runner = await opened;
    try {
      await runner.query('commit');
    } finally {
      await runner.release();
    }
  }

  private async open(): Promise<QueryRunner> {
    const runner = this.source.createQueryRunner();
    try {
      // Repeatable read: what one request is told is of one moment. One round trip; the actor is a checked uuid.
      await runner.query(`begin isolation level repeatable read read only; select set_config('earshot.actor', '${this.actor}', true)`);
      return runner;
    } catch (error) {
      await runner.release();
      throw error;
    }
  }
}

const names = new Map<string, string>();

/** PostgreSQL takes 63 characters of a name. */
const nameOf = (sql: string): string => {
  const known = names.get(sql) ?? createHash('sha256').update(sql).digest('base64url');
  names.set(sql, known);
  return known;
};
