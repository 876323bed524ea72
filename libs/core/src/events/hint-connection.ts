import { type OnModuleDestroy, type OnApplicationBootstrap, Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { Database, type Hint } from '../database/index.js';

/** What a connection that listens tells. */
export interface HintSink {
  hints(hints: readonly Hint[]): void;
  /** What an actor may see, or that they may see anything, has changed. */
  actorChanged(actorId: string): void;
  /** Listening has begun, or begun again: whatever was told in between was missed. */
  listening(): void;
}

const firstDelayMs = 200;
const longestDelayMs = 10_000;
const hintChannel = 'earshot_hint';
const actorChannel = 'earshot_actor';

/**
 * The one connection of this process that listens for what commits anywhere.
 *
 * States: closed → connecting → listening → (lost → waiting → connecting)* → closed. Each time it reaches `listening`, the sink is told.
 */
@Injectable()
export class HintConnection implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('events');
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private closed = false;
  private sink: HintSink | undefined;

  constructor(private readonly database: Database) {}

  /** Before the application starts: there is one sink. */
  tell(sink: HintSink): void {
    this.sink = sink;
  }

  onApplicationBootstrap(): void {
    void this.connect();
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({ ...this.database.connection('listener'), application_name: 'earshot-events', keepAlive: true, connectionTimeoutMillis: 10_000 });
    this.client = client;
    // `end` also follows an error, and a server that goes away in good order sends no error at all.
    client.on('error', (error) => this.logger.warn(`the events' connection failed: ${error.message}`));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload = '' }) => this.heardOf(channel, payload));
    try {
      await client.connect();
      await client.query(`listen ${hintChannel}; listen ${actorChannel}`);
    } catch (error) {
      if (!this.closed) this.logger.warn(`the events' connection was refused: ${(error as Error).message}`);
      await client.end().catch(() => undefined);
      return this.lost(client);
    }
    if (this.client !== client) return;
    this.failures = 0;
    this.sink?.listening();
  }

  private lost(client: pg.Client): void {
    // Told twice of one connection, or of one that was given up.
    if (this.client !== client) return;
    this.client = undefined;
    if (this.closed) return;
    const most = Math.min(longestDelayMs, firstDelayMs * 2 ** this.failures++);
    this.timer = setTimeout(() => void this.connect(), most * (0.5 + Math.random() / 2));
    this.timer.unref();
  }

  private heardOf(channel: string, payload: string): void {
    if (channel === actorChannel) return this.sink?.actorChanged(payload);
    try {
      this.sink?.hints(JSON.parse(payload) as Hint[]);
    } catch (error) {
      this.logger.error(new Error('a hint could not be passed on', { cause: error }));
    }
  }
}
