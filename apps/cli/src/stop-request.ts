import { note } from './terminal.js';

/**
 * One Ctrl-C may arrive more than once: the terminal signals the whole group, and what stands between (npm, timeout, our own launcher)
 * passes it on. Only what comes later than this is a person who does not want to wait.
 */
const sameKeypressMs = 1_000;

/** What a shell says of a program that Ctrl-C ended. */
export const stoppedCode = 130;

/** Ctrl-C ended a command before its end. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Listens for Ctrl-C, SIGTERM and SIGHUP from the moment it is made: make it before anything that would be left running. */
export class StopRequest {
  #askedAt: number | undefined;
  readonly #resolve: () => void;
  /** Resolves once a stop was asked for. */
  readonly when: Promise<void>;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.when = promise;
    this.#resolve = resolve;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#hear(signal));
  }

  get asked(): boolean {
    return this.#askedAt !== undefined;
  }

  /**
   * What `work` answers. After Ctrl-C nobody waits for it: whoever called closes what it works on, and with it a database that was started for it.
   * @throws Stopped
   */
  async before<T>(work: () => Promise<T>): Promise<T> {
    if (this.asked) throw new Stopped();
    return Promise.race([work(), this.when.then(() => { throw new Stopped(); })]);
  }

  /** Asks for a stop from inside. */
  ask(): void {
    if (this.asked) return;
    this.#askedAt = performance.now();
    this.#resolve();
  }

  #hear(signal: NodeJS.Signals): void {
    if (this.#askedAt === undefined) {
      note(`${signal}: stopping…`);
      this.ask();
    } else if (signal === 'SIGINT' && performance.now() - this.#askedAt > sameKeypressMs) {
      note('Ended without waiting. A database that still runs is taken over by the next start.');
      process.exit(stoppedCode);
    }
  }
}
