import { StartError } from '../../errors/start.error.js';
import { shutDown, type Postmaster } from './postmaster.js';
import { isRunning } from './processes.js';
import { relaunch, type Server } from './server.js';

/** How often to look whether the server still runs; one small file is read each time. */
const LOOK_EVERY = 500;
/** A server that ends this often is not helped by starting it again. */
const MOST_RESTARTS = 5;
const RESTARTS_WITHIN = 600_000;

/**
 * Keeps a server running until told to stop.
 *
 *     running ──(server ended)──▶ restarting ──(ready)──▶ running
 *        │                            │(fails, or too often)──▶ lost
 *        └──stop()──▶ stopped ◀──stop()──┘
 *
 * Connections of before are cut; pools open new ones at the same place.
 */
export class Supervisor {
  #postmaster: Postmaster;
  #state: 'running' | 'restarting' | 'lost' | 'stopped' = 'running';
  #restarting: Promise<void> = Promise.resolve();
  readonly #restarts: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly server: Server,
    postmaster: Postmaster,
    private readonly on: {
      /** The server runs again, as another process. */
      restarted(postmaster: Postmaster): Promise<void>;
      /** The server is gone for good. */
      lost(error: StartError): void;
    },
  ) {
    this.#postmaster = postmaster;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#state = 'stopped';
    await this.#restarting;
    await shutDown(this.server.directory.cluster, this.#postmaster);
  }

  async #look(): Promise<void> {
    if (this.#state !== 'running' || (await isRunning(this.#postmaster.process))) return;
    // Asked again: stop() may have come while /proc was read.
    if (this.#state !== 'running') return;
    this.#state = 'restarting';
    this.#restarting = this.#restart();
  }

  async #restart(): Promise<void> {
    const { log } = this.server;
    try {
      this.#countRestart();
      log.warn(`PostgreSQL, process ${this.#postmaster.process.pid}, ended without being told to: it is started again.`);
      this.#postmaster = await relaunch(this.server, this.#postmaster.socketDirectory);
      await this.on.restarted(this.#postmaster);
      if (this.#state === 'restarting') this.#state = 'running';
    } catch (error) {
      if (this.#state !== 'restarting') return;
      this.#state = 'lost';
      this.on.lost(error instanceof StartError ? error : new StartError('POSTGRES_FAILED', 'The built-in database ended and could not be started again.', `Its log is ${this.server.directory.log}.`, { cause: error }));
    }
  }

  #countRestart(): void {
    const now = performance.now();
    while ((this.#restarts[0] ?? now) < now - RESTARTS_WITHIN) this.#restarts.shift();
    if (this.#restarts.length >= MOST_RESTARTS) throw new StartError('POSTGRES_FAILED', `The built-in database ended ${MOST_RESTARTS + 1} times within ten minutes.`, `Its log is ${this.server.directory.log}. Look at the memory of the machine: the system may be killing it.`);
    this.#restarts.push(now);
  }
}
