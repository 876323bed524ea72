import pg, { type ClientConfig } from 'pg';

/** How a statement ended: how many rows, or what the database said, with every id and word of a library's taken out of it. */
export interface Outcome {
  readonly rows: number;
  readonly said: string;
  readonly code: string | undefined;
}

const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Somebody of one library with a connection of the application's own, who may write any SQL. What is tried is rolled back. */
export class Intruder {
  private constructor(private readonly client: pg.Client, private readonly actor: string) {}

  static async open(config: ClientConfig, actor: string): Promise<Intruder> {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    await client.connect();
    return new Intruder(client, actor);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** `words`: what tells one row from another in what the database says, and is not to be compared. */
  async try(sql: string, values: readonly unknown[] = [], words: readonly string[] = []): Promise<Outcome> {
    await this.client.query(`begin; select set_config('earshot.actor', '${this.actor}', true)`);
    try {
      const { rowCount } = await this.client.query(sql, [...values]);
      // What is only looked at in the end is looked at now.
      await this.client.query('set constraints all immediate');
      return { rows: rowCount ?? 0, said: `${rowCount} rows`, code: undefined };
    } catch (error) {
      const { code = '', message, detail = '' } = error as pg.DatabaseError;
      const said = words.reduce((text, word) => text.replaceAll(word, '…'), `${message} ${detail}`.replaceAll(ids, '…'));
      return { rows: 0, said: `${code} ${said}`, code };
    } finally {
      await this.client.query('rollback');
    }
  }

  /** The same, to stay. */
  async act(sql: string, values: readonly unknown[]): Promise<void> {
    await this.client.query(`begin; select set_config('earshot.actor', '${this.actor}', true)`);
    await this.client.query(sql, [...values]);
    await this.client.query('commit');
  }

  /** All that a query shows, as text. */
  async read(sql: string): Promise<string[] | undefined> {
    await this.client.query(`begin; select set_config('earshot.actor', '${this.actor}', true)`);
    try {
      return (await this.client.query<{ line: string }>(`select to_jsonb(q)::text as line from (${sql}) q`)).rows.map(({ line }) => line);
    } catch (error) {
      if ((error as pg.DatabaseError).code === '42501') return undefined;
      throw error;
    } finally {
      await this.client.query('rollback');
    }
  }
}
