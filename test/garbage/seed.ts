import { jest } from '@jest/globals';

/** Of everything that these tests draw. `--seed=<n>` draws the same again. */
export const seed = jest.getSeed();

process.stdout.write(`garbage is drawn with --seed=${seed}\n`);
