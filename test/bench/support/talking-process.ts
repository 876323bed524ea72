import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** Ticks of a processor in a second, as Linux counts them for everybody (`getconf CLK_TCK`). */
const TICKS = 100;

/** Seconds of processor that a process has used, its threads and the kernel's work for it included. */
export const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};

/** Resident memory of a process in MB. */
export const rss = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

/** A process beside the bench that says one line, and then answers each line with one of JSON. It ends with its input. */
export class TalkingProcess {
  readonly first: string;
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;
  private readonly lines: Interface;

  private constructor(child: ChildProcess, answers: AsyncIterator<string>, lines: Interface, first: string) {
    this.child = child;
    this.answers = answers;
    this.lines = lines;
    this.first = first;
  }

  /** `source`: of a plugin's tests, which are not built. */
  static async start(file: string, told: object, how: 'built' | 'source' = 'built'): Promise<TalkingProcess> {
    const loader = how === 'source' ? ['--import', new URL('test/support/typescript-source.mjs', root).href] : [];
    const profile = process.env['BENCH_PROFILE'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...profile, ...loader, fileURLToPath(new URL(file, root)), JSON.stringify(told)], { cwd: fileURLToPath(root), stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const answers = lines[Symbol.asyncIterator]();
    const first = await answers.next();
    if (first.done === true) throw new Error(`${file} ended before it said anything`);
    return new TalkingProcess(child, answers, lines, first.value);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Without waiting for anything. */
  tell(command: string | object): void {
    this.child.stdin?.write(`${typeof command === 'string' ? command : JSON.stringify(command)}\n`);
  }

  /** One at a time. */
  async ask<Answer>(command: string | object): Promise<Answer> {
    this.tell(command);
    const answer = await this.answers.next();
    if (answer.done === true) throw new Error(`it ended at ${JSON.stringify(command)}`);
    return JSON.parse(answer.value) as Answer;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    this.lines.resume();
    if (this.child.exitCode === null && this.child.signalCode === null) await ended;
  }
}
