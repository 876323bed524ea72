import { seeded } from '../../support/seeded.ts';

/** One number of several, the same for the same: what is drawn from it has nothing to do with what is drawn from its neighbours. */
export const mixed = (...of: readonly (number | string)[]): number => {
  let hash = 0x811c9dc5;
  for (const char of of.join('\0')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
};

/** Choices of one round: the same seed makes the same ones. */
export class Draw {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  /** For choices whose number the round's course decides: those after it stay the same. */
  apart(): Draw {
    return new Draw(this.int(0, 2 ** 31));
  }

  /** Both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  chance(of: number): boolean {
    return this.random() < of;
  }

  pick<T>(among: readonly T[]): T {
    return among[this.int(0, among.length - 1)] as T;
  }

  shuffled<T>(all: readonly T[]): readonly T[] {
    return all.map((each) => [this.random(), each] as const).sort(([a], [b]) => a - b).map(([, each]) => each);
  }
}
