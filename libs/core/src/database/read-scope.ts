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
    if (this.closed) return Promise.reject(new Error('this read scope is closed: its request has ended'));
    const answer = this.last.then(async () => {
      const runner = await (this.runner ??= this.open());
      this.statements++;
      return (await runner.query(sql, [...parameters])) as Row[];
    });
    // The next query runs whether or not this one failed; its own caller hears of the failure.
    this.last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
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
