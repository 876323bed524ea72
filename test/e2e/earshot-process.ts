import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { cameOut, wentIn } from '../support/output/record.js';

const root = join(import.meta.dirname, '../..');

/** What Node runs for the command from the sources in a folder, these or a release's. `entry`: the module that runs it. */
export const fromSource = (folder: string = root, entry = 'test/e2e/earshot.mjs'): readonly string[] => [
  '--import', pathToFileURL(join(folder, 'test/support/typescript-source.mjs')).href, '--disable-warning=ExperimentalWarning', join(folder, entry),
];

/** Of the installation: its key, and the password of its database. */
const noteSecrets = ({ EARSHOT_DATA, EARSHOT_KEY, DATABASE_URL }: Readonly<Record<string, string>>, cwd: string): void => {
  const key = EARSHOT_KEY ?? readIfThere(join(EARSHOT_DATA ?? join(cwd, 'data'), 'key'))?.trim();
  if (key !== undefined) wentIn('the installation key', key);
  const password = DATABASE_URL === undefined ? undefined : URL.parse(DATABASE_URL)?.password;
  if (password) wentIn('the password of the database’s owner', decodeURIComponent(password));
};
const readIfThere = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** The `earshot` command as a process of its own, in a group of its own; `program`: what Node runs with its words, otherwise than from source. */
export class EarshotProcess {
  readonly child: ChildProcess;
  /** What it said so far, on both streams. */
  said = '';
  private readonly ended: Promise<unknown>;
  private readonly silent: Promise<unknown>;
  private readonly waiting = new Set<() => void>();

  constructor(words: readonly string[], settings: Readonly<Record<string, string>>, cwd: string, program: readonly string[] = fromSource()) {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EARSHOT_') && name !== 'DATABASE_URL' && name !== 'LANG' && !name.startsWith('LC_')));
    this.child = spawn(process.execPath, [...program, ...words], {
      cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inherited, EARSHOT_HOST: '127.0.0.1', EARSHOT_PORT: '0', EARSHOT_LOG_LEVEL: 'warn', EARSHOT_LOG_FORMAT: 'json', ...settings },
    });
    this.ended = once(this.child, 'exit');
    this.silent = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk: Buffer) => this.hear(chunk.toString()));
    this.child.once('exit', () => {
      this.hear('');
      noteSecrets(settings, cwd);
      cameOut(`what earshot ${words[0] ?? ''} printed`, this.said);
    });
  }

  private hear(words: string): void {
    this.said += words;
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('it was not started');
    return this.child.pid;
  }

  /** Resolves once it said so; fails where it ends before. */
  async until(words: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = words.exec(this.said);
      if (found !== null) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`it ended (${this.child.exitCode ?? this.child.signalCode}) without ${words}: ${this.said}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** As the terminal does at Ctrl-C: to the whole group. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** The exit code, or the signal that ended it, once all that it said was read. */
  async end(): Promise<number | string | null> {
    await this.silent;
    return this.child.exitCode ?? this.child.signalCode;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}
