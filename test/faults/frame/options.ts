import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface Options {
  readonly rounds: number;
  readonly seed: number;
  /** One round alone, by its number from 1. */
  readonly round: number | undefined;
  /** The name of a kind. */
  readonly only: string | undefined;
  /** Rounds that run beside each other, each on a PostgreSQL of its own. */
  readonly atOnce: number;
  /** How often each round of sending kills; drawn without it. */
  readonly kills: number | undefined;
  /** Where `{ passed, failed }` is written. */
  readonly json: string | undefined;
}

const wholeNumber = (name: string, text: string | undefined, least: number): number | undefined => {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) throw new Error(`--${name} is a whole number from ${least}: ${text} is none`);
  return number;
};

export const readOptions = (words: readonly string[], kinds: readonly string[]): Options => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...words], options: { rounds: text, seed: text, round: text, only: text, 'at-once': text, kills: text, json: text } });
  if (values.only !== undefined && !kinds.includes(values.only)) throw new Error(`there is no kind "${values.only}": ${kinds.join(', ')}`);
  return {
    rounds: wholeNumber('rounds', values.rounds, 1) ?? 25, seed: wholeNumber('seed', values.seed, 0) ?? randomInt(1_000_000), round: wholeNumber('round', values.round, 1),
    only: values.only, atOnce: wholeNumber('at-once', values['at-once'], 1) ?? 2, kills: wholeNumber('kills', values.kills, 1), json: values.json,
  };
};
