import type { Tx } from '../tx.js';
import { goneOf, leaseHolder } from './lease-holder.js';

/** How long a process counts as living after its last beat, and how long it waits between two. */
const [aliveMs, beatMs] = [20_000, 5_000];

/** Answers with what ends it. */
export type Every = (ms: number, then: () => void) => () => void;

/** Keeps no process from ending. */
const everyMs: Every = (ms, then) => {
  const timer = setInterval(then, ms).unref();
  return () => clearInterval(timer);
};

/**
 * This process among those that hold leases on work: on threads, gaps, imports, indexes. States: silent ── holder ──▶ beating ── leave ──▶ silent.
 *
 * Such a lease names its holder, and whatever its own end says, it is free once the holder beats no more (`holder_is_gone` in SQL): one row of each
 * process, renewed while it lives, serves all its leases. A holder on this machine whose process provably ended is struck off by whoever takes a lease first.
 * What takes longer than that is guarded by the leases' tokens: whoever was merely slow writes nothing.
 */
export class WorkingProcess {
  private readonly name = leaseHolder();
  private joined: Promise<void> | undefined;
  /** Its row may be there, also where nobody answered that it is. */
  private mayBeKnown = false;
  private stopBeating: () => void = () => {};
  /** On the monotonic clock. */
  private beatenAt = 0;

  constructor(
    private readonly within: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
    private readonly every: Every = everyMs,
  ) {}

  /** The name for a lease that is taken now: from here on this process is known to live. */
  async holder(): Promise<string> {
    this.joined ??= this.join();
    try {
      await this.joined;
    } catch (error) {
      this.joined = undefined;
      throw error;
    }
    // Held up for so long that others may think it gone.
    if (performance.now() - this.beatenAt > 2 * beatMs) await this.beat();
    return this.name;
  }

  /** What it still holds is free at once. */
  async leave(): Promise<void> {
    if (!this.mayBeKnown) return;
    this.stopBeating();
    await this.joined?.catch(() => {});
    this.joined = undefined;
    await this.within((tx) => tx.query('delete from working_process where holder = $1', [this.name]));
  }

  private async join(): Promise<void> {
    await this.beat();
    await this.strikeOff();
    // A beat that fails is followed by the next; whoever works hears of the database by itself.
    this.stopBeating = this.every(beatMs, () => void this.beat().catch(() => {}));
  }

  private async beat(): Promise<void> {
    this.mayBeKnown = true;
    await this.within((tx) =>
      tx.query(
        `insert into working_process(holder, alive_until) values ($1, now() + $2 * interval '1 millisecond')
         on conflict (holder) do update set alive_until = excluded.alive_until`,
        [this.name, aliveMs],
      ));
    this.beatenAt = performance.now();
  }

  private async strikeOff(): Promise<void> {
    const others = await this.within((tx) => tx.query<{ holder: string; over: boolean }>('select holder, alive_until <= now() as over from working_process where holder <> $1', [this.name]));
    const gone = [...others.filter(({ over }) => over).map(({ holder }) => holder), ...(await goneOf(others.map(({ holder }) => holder)))];
    if (gone.length > 0) await this.within((tx) => tx.query('delete from working_process where holder = any($1)', [gone]));
  }
}
