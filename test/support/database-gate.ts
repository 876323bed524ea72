import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { ConnectionTarget } from '../../libs/core/src/database/embedded/connection-target.js';

type Mode = 'open' | 'refuses' | 'mute';

/**
 * A way to PostgreSQL over TCP that a test can close: `refuses` cuts whoever is connected and lets nobody in, `mute` takes connections, reads what comes
 * and never answers, as a server does behind a cable that was pulled.
 */
export class DatabaseGate {
  private mode: Mode = 'open';
  private readonly pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  private server: Server | undefined;

  private constructor(private readonly target: ConnectionTarget, private port: number) {}

  static async open(target: ConnectionTarget): Promise<DatabaseGate> {
    const gate = new DatabaseGate(target, 0);
    await gate.listen();
    return gate;
  }

  /** Where whoever is to go through the gate connects. */
  url(database: string): string {
    return `postgres://${this.target.user}:${encodeURIComponent(this.target.password)}@127.0.0.1:${this.port}/${database}`;
  }

  async turn(mode: Mode): Promise<void> {
    this.mode = mode;
    if (mode === 'mute') return;
    this.cut();
    if (mode === 'refuses') await this.close();
    else if (this.server === undefined) await this.listen();
  }

  async end(): Promise<void> {
    this.cut();
    await this.close();
  }

  private async listen(): Promise<void> {
    const server = createServer((near) => this.pass(near));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private pass(near: Socket): void {
    const pair = { near, far: connect(join(this.target.host, `.s.PGSQL.${this.target.port}`)) };
    this.pairs.add(pair);
    const gone = (): void => {
      this.pairs.delete(pair);
      pair.near.destroy();
      pair.far.destroy();
    };
    for (const [from, to] of [[pair.near, pair.far], [pair.far, pair.near]] as const)
      from.on('data', (chunk: Buffer) => this.mode === 'open' && to.write(chunk)).once('error', gone).once('close', gone);
  }

  private cut(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.pairs.clear();
  }
}
