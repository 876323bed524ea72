import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { Gate } from '../gate.js';
import { freePort } from '../../support/free-port.js';
import type { RunningProgram, Yard } from '../yard.js';
import { SnacPerson } from './snac-person.js';

/** One snac of its own on 127.0.0.1. Several federate with each other over plain http. */
export class SnacServer {
  private running: RunningProgram | undefined;

  private constructor(private readonly yard: Yard, private readonly program: string, private readonly folder: string, readonly host: string) {}

  /** It goes by the name of `behind`, if it stands behind a gate. @throws Error which says why it does not start */
  static async start(yard: Yard, program: string, name: string, behind?: Gate): Promise<SnacServer> {
    const folder = await yard.folder(name);
    const port = await freePort();
    const host = behind?.host ?? `localhost:${port}`;
    behind?.leadTo(`http://127.0.0.1:${port}`);
    const founding = yard.start(program, ['init', 'data'], { cwd: folder });
    // Its questions: address, port, name, prefix, the administrator's mail.
    founding.child.stdin?.end(`127.0.0.1\n${port}\n${host}\n\n\n`);
    await founding.done();
    const settings = join(folder, 'data/server.json');
    const told = JSON.parse(await readFile(settings, 'utf8')) as object;
    await writeFile(settings, JSON.stringify({ ...told, protocol: 'http', shared_inboxes: true }));
    const server = new SnacServer(yard, program, folder, host);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async start(): Promise<void> {
    const running = this.yard.start(this.program, ['httpd', 'data'], { cwd: this.folder });
    this.running = running;
    await running.until(/background thread started/);
    await eventually('snac answering', async () => (await fetch(`${this.url}/api/v1/instance`).catch(() => undefined))?.ok || undefined);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.running?.stop(signal);
  }

  /** As its administrator does: whoever has this token is nobody any more. */
  async forget(token: string): Promise<void> {
    await rm(join(this.folder, 'data/token', `${token}.json`));
  }

  async addPerson(name: string): Promise<SnacPerson> {
    const said = await this.yard.start(this.program, ['adduser', 'data', name], { cwd: this.folder }).done();
    const password = /User password is (\S+)/.exec(said)?.[1];
    if (password === undefined) throw new Error(`snac told no password: ${said}`);
    return SnacPerson.signIn({ url: this.url, host: this.host }, name, password);
  }
}
