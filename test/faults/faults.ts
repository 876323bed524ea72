import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Draw, mixed } from './frame/draw.ts';
import type { Kind } from './frame/kind.ts';
import { type Options, readOptions } from './frame/options.ts';
import { Round } from './frame/round.ts';
import { kinds } from './kinds/index.ts';
import { Cluster } from './scene/cluster.ts';

/** The longest, a queue of five hundred, takes a third of it on two quiet cores; what hangs is a failed round. */
const longestMs = 480_000;

/** Every kind once before any comes again, in an order that the seed draws: twenty-five rounds leave none out. */
const kindOf = ({ seed, only }: Options, number: number): Kind => {
  const deck = Math.floor((number - 1) / kinds.length);
  const drawn = new Draw(mixed(seed, 'deck', deck)).shuffled(kinds)[(number - 1) % kinds.length];
  return (only === undefined ? drawn : kinds.find(({ name }) => name === only)) as Kind;
};

/** What one round after another works on: a folder, and a PostgreSQL that is started when the first of them asks for it. */
class Lane {
  private cluster: Promise<Cluster> | undefined;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async run(options: Options, number: number): Promise<boolean> {
    const kind = kindOf(options, number);
    const folder = join(this.folder, `round-${number}`);
    await mkdir(folder);
    const round = new Round(number, { draw: new Draw(mixed(options.seed, 'round', number)), kills: options.kills, folder, cluster: () => (this.cluster ??= Cluster.start(join(this.folder, 'postgres'))) });
    const began = performance.now();
    try {
      await inTime(kind.run(round));
    } catch (error) {
      round.wrong(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    await round.end();
    const failed = round.wrongs.length > 0;
    console.log(`${failed ? 'FAILED' : 'ok    '} ${String(number).padStart(3)} ${kind.name}: ${round.deeds.join('; ')} | ${round.seen.join(', ')} | ${Math.round(performance.now() - began)} ms`);
    if (failed) {
      for (const wrong of round.wrongs) console.log(`       ${wrong.replaceAll('\n', '\n       ')}`);
      console.log(`       its processes' words: ${folder}\n       alone: npm run test:faults -- --seed ${options.seed} --round ${number}${options.only === undefined ? '' : ` --only ${options.only}`}${options.kills === undefined ? '' : ` --kills ${options.kills}`}`);
    } else await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    return !failed;
  }

  async close(): Promise<void> {
    await (await this.cluster)?.stop();
    await rm(join(this.folder, 'postgres'), { recursive: true, force: true, maxRetries: 10 });
  }
}

const inTime = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`it was not over within ${longestMs} ms`)), longestMs); });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** `npm run test:faults`: breaks Earshot on purpose, round after round, and looks each time whether anything was lost, or is there twice. */
const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2), kinds.map(({ name }) => name));
  const numbers = options.round === undefined ? Array.from({ length: options.rounds }, (_, n) => n + 1) : [options.round];
  console.log(`Faults: ${numbers.length} ${numbers.length === 1 ? 'round' : 'rounds'}, --seed ${options.seed}`);
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'earshot-faults-'));
  const counts = { passed: 0, failed: 0 };
  const work = async (): Promise<void> => {
    const lane = new Lane(await mkdtemp(join(folder, 'lane-')));
    try {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) counts[(await lane.run(options, number)) ? 'passed' : 'failed'] += 1;
    } finally {
      await lane.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.atOnce, numbers.length) }, work));
  if (counts.failed === 0) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify(counts));
  console.log(`\nFaults: ${counts.passed} passed, ${counts.failed} failed, --seed ${options.seed}, ${Math.round((performance.now() - began) / 1_000)} s`);
  if (counts.failed > 0) process.exitCode = 1;
};

await main();
