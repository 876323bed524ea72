import { describe, it } from '@jest/globals';

/** One promise of the contract, as something that can be run: it resolves when the promise holds and rejects, saying what broke it, when not. */
export interface Check {
  /** What holds, as the name of a test. */
  readonly name: string;
  run(): Promise<void>;
}

/** A plugin does not keep its contract. The message says how, for the plugin's author. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';
}

/** @throws {@link ContractBroken} with `otherwise` when `holds` is false */
export function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new ContractBroken(otherwise);
}

/** Registers checks as jest tests, one each. A check that waits out the 5 s that a plugin has for an abort has 15 s itself. */
export const describeChecks = (title: string, checks: readonly Check[]): void => {
  describe(title, () => {
    for (const check of checks) it(check.name, () => check.run(), 15_000);
  });
};
