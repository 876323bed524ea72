import type { Clock } from '@earshot/plugin-sdk';
import pg from 'pg';
import type { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';

const reopenMs = 5_000;

/** Tells that a reply may be due which was not before. */
export interface Alarm {
  start(ring: () => void): void;
  stop(): Promise<void>;
}

/**
 * Rings when a reply changes in any process, told by a connection of its own. It may ring for nothing, and while the connection is lost it
 * does not ring: whoever relies on it looks now and then besides.
 */
export class ReplyAlarm implements Alarm {
  private ring: (() => void) | undefined;
  private client: pg.Client | undefined;
  private cancelReopening: () => void = () => {};

  constructor(private readonly database: Database, private readonly clock: Clock, private readonly log: Logger) {}

  start(ring: () => void): void {
    this.ring = ring;
    void this.open();
  }

  async stop(): Promise<void> {
    this.ring = undefined;
    this.cancelReopening();
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private async open(): Promise<void> {
    const client = new pg.Client({ ...this.database.connection('worker'), application_name: 'earshot-outbox', keepAlive: true, connectionTimeoutMillis: 10_000 });
    this.client = client;
    let reason = 'the server closed it';
    client.on('error', (error) => (reason = error.message));
    client.on('end', () => this.lost(client, reason));
    // Ids and kinds as JSON (see Hint). Whoever may notify may write anything, so it is looked at and not parsed.
    client.on('notification', ({ payload = '' }) => {
      if (payload.includes('"kind":"reply"')) this.ring?.();
    });
    try {
      await client.connect();
      await client.query('listen earshot_hint');
      this.ring?.();
    } catch (error) {
      await client.end().catch(() => undefined);
      this.lost(client, (error as Error).message);
    }
  }

  private lost(client: pg.Client, reason: string): void {
    // Told twice of one connection, or of one that was given up.
    if (this.client !== client) return;
    this.client = undefined;
    this.log.warn('The connection that tells of approved replies was lost', { reason });
    this.cancelReopening = this.clock.after(reopenMs, () => void this.open());
  }
}
