import type { Draw } from './draw.ts';
import type { Cluster } from '../scene/cluster.ts';

/** One round: its choices, its folder, what was done in it and what was found. */
export class Round {
  /** What was done when, in words. */
  readonly deeds: string[] = [];
  /** What was looked at, in words: how many posts, how many replies. */
  readonly seen: string[] = [];
  readonly wrongs: string[] = [];
  readonly number: number;
  readonly draw: Draw;
  /** How often it kills, where it was told. */
  readonly kills: number | undefined;
  /** An empty folder of its own. */
  readonly folder: string;
  /** A PostgreSQL that no other round uses at the same time, and that goes on after this one. */
  readonly cluster: () => Promise<Cluster>;
  private readonly began = performance.now();
  private readonly ends: (() => Promise<unknown>)[] = [];

  constructor(number: number, told: { readonly draw: Draw; readonly kills: number | undefined; readonly folder: string; readonly cluster: () => Promise<Cluster> }) {
    this.number = number;
    this.draw = told.draw;
    this.kills = told.kills;
    this.folder = told.folder;
    this.cluster = told.cluster;
  }

  did(words: string): void {
    this.deeds.push(`${((performance.now() - this.began) / 1_000).toFixed(1)} s ${words}`);
  }

  saw(words: string): void {
    this.seen.push(words);
  }

  wrong(...words: readonly string[]): void {
    this.wrongs.push(...words);
  }

  /** Runs when the round is over, the last first, whatever became of it. */
  afterwards(work: () => Promise<unknown>): void {
    this.ends.unshift(work);
  }

  async end(): Promise<void> {
    for (const work of this.ends.splice(0)) {
      try {
        await work();
      } catch (error) {
        this.wrong(`it could not be ended: ${String(error)}`);
      }
    }
  }
}
