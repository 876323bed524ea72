import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import type { ConnectionTarget } from '@earshot/core/database/embedded';

/** Where a connection is cut: before a COMMIT reaches PostgreSQL, or behind it, before its answer comes back. */
export type Cut = 'before' | 'behind';

/**
 * Between Earshot and PostgreSQL: passes everything on, but for a COMMIT now and then, at which it cuts that connection.
 * The frontend sends it as a simple query, `Q`, length, text, 0 (https://www.postgresql.org/docs/current/protocol-message-formats.html), in one piece.
 */
export class CuttingProxy {
  cuts = 0;
  commits = 0;
  /** Asked at each COMMIT. */
  whether: () => Cut | undefined = () => undefined;
  private away = false;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private readonly path: string;

  private constructor({ host, port }: ConnectionTarget) {
    this.path = `${host}/.s.PGSQL.${port}`;
    this.server = createServer((client) => this.pass(client));
  }

  static async open(to: ConnectionTarget): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(to);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port };
  }

  /** Cuts everybody, and lets nobody in until {@link letIn}. */
  goAway(): void {
    this.away = true;
    for (const socket of this.sockets) socket.destroy();
  }

  letIn(): void {
    this.away = false;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.goAway();
    await closed;
  }

  private pass(client: Socket): void {
    if (this.away) return void client.destroy();
    const server = connect(this.path);
    const both = [client, server];
    let deaf = false;
    const end = (): void => both.forEach((socket) => { socket.destroy(); this.sockets.delete(socket); });
    for (const socket of both) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', end);
    }
    client.on('data', (chunk: Buffer) => {
      const cut = isCommit(chunk) ? this.decide() : undefined;
      if (cut === 'before') return end();
      server.write(chunk);
      deaf ||= cut === 'behind';
    });
    server.on('data', (chunk: Buffer) => (deaf ? end() : client.write(chunk)));
  }

  private decide(): Cut | undefined {
    this.commits += 1;
    const cut = this.whether();
    if (cut !== undefined) this.cuts += 1;
    return cut;
  }
}

const isCommit = (chunk: Buffer): boolean => chunk[0] === 0x51 && /^commit\0/i.test(chunk.subarray(5, 12).toString('latin1'));
