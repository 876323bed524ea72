import type { Round } from './round.ts';

/** One kind of fault: a file of its own in `kinds/`. */
export interface Kind {
  readonly name: string;
  /**
   * Sets the scene, breaks what it breaks at a moment that `round.draw` chooses, lets it recover, and looks whether all is well: what is not, is told to
   * `round.wrong`. A throw is a failed round as well. What it opened it hands to `round.afterwards`.
   */
  run(round: Round): Promise<void>;
}
