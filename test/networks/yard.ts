import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Debian's "nobody": whom root lets run what needs no rights. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** A folder for servers of a test. However jest ends, what still runs in one of its folders ends with it, and the folder goes. */
export class Yard {
  private readonly running = new Set<ChildProcess>();

  private constructor(readonly path: string, private readonly reaper: ChildProcess) {}

  static async open(): Promise<Yard> {
    const path = await realpath(await mkdtemp(join(tmpdir(), 'earshot-networks-')));
    // Nobody passes through to a folder of its own, and cannot look around.
    await chmod(path, 0o711);
    const reaper = spawn(process.execPath, [fileURLToPath(new URL('../support/reaper.mjs', import.meta.url)), path], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
    await once(reaper, 'spawn');
    reaper.unref();
    return new Yard(path, reaper);
  }

  /** A folder for one server, which nobody may write to. */
  async folder(name: string): Promise<string> {
    const path = join(this.path, name);
    await mkdir(path);
    if (isRoot) await chown(path, nobody, nobody);
    return path;
  }

  /** Starts a program in a folder of the yard. Root lets nobody run it, unless it says `as: 'me'`. */
  start(program: string, words: readonly string[], { cwd, env = process.env, as = 'nobody' }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly as?: 'me' | 'nobody' }): RunningProgram {
    const child = spawn(program, words, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], ...(isRoot && as === 'nobody' ? { uid: nobody, gid: nobody } : {}) });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return new RunningProgram(child, program);
  }

  async close(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    this.reaper.ref();
    const gone = once(this.reaper, 'exit');
    this.reaper.stdin?.end();
    await gone;
  }
}

/** A program, and what it said so far on both streams. */
export class RunningProgram {
  said = '';
  private readonly over: Promise<unknown>;
  private readonly waiting = new Set<() => void>();
  private trouble: Error | undefined;

  constructor(readonly child: ChildProcess, private readonly program: string) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => this.hear(chunk.toString()));
    child.stdin?.on('error', () => {});
    this.over = new Promise<void>((resolve) => {
      child.once('close', () => resolve());
      child.once('error', (error) => {
        this.trouble = error;
        resolve();
      });
    }).then(() => this.hear(''));
  }

  private hear(words: string): void {
    this.said += words;
    for (const look of this.waiting) look();
    this.waiting.clear();
  }

  private get hasEnded(): boolean {
    return this.trouble !== undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves once it said so; fails where it ends before. */
  async until(words: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = words.exec(this.said);
      if (found !== null) return found;
      if (this.hasEnded) throw new Error(`${this.program} ended (${this.trouble?.message ?? this.child.exitCode ?? this.child.signalCode}) without ${words}: ${this.said.slice(-4_000)}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** What it said, once it ended by itself; fails where it did not end well. */
  async done(): Promise<string> {
    await this.over;
    if (this.trouble !== undefined || this.child.exitCode !== 0) throw new Error(`${this.program} failed (${this.trouble?.message ?? this.child.exitCode ?? this.child.signalCode}): ${this.said.slice(-4_000)}`);
    return this.said;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (!this.hasEnded) this.child.kill(signal);
    await this.over;
  }
}
