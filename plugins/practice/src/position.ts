import { z } from 'zod';
import { answerTo, ownPost, type Deed } from './journal.js';
import type { Happening } from './script.js';
import type { Town, TownPost } from './town.schema.js';

/**
 * How far the town has been heard: the cursor of the stream.
 *
 * `nth` happenings of the script's instant `at` (town time) are heard, and all before it; `deeds` of the library's journal are heard;
 * of those, the ones in `owed` have an answer that is still to come.
 */
export const position = z.strictObject({
  at: z.number().min(0),
  nth: z.int().min(0),
  deeds: z.int().min(0),
  owed: z.array(z.int().min(0)),
});
export type Position = z.output<typeof position>;

export const beginning: Position = { at: 0, nth: 0, deeds: 0, owed: [] };

/** Everything that can be heard: the script of the files, and what came of the library's deeds. */
export interface Audible {
  readonly town: Town;
  readonly script: readonly Happening[];
  readonly journal: readonly Deed[];
  readonly seed: number | undefined;
}

interface Step {
  readonly due: number;
  /** Absent for what makes no sound, such as a like. */
  readonly happening?: Happening;
  readonly after: Position;
}

const nextOfScript = ({ script }: Audible, from: Position): Step | undefined => {
  const start = script.findIndex(({ due }) => due >= from.at);
  if (start < 0) return undefined;
  const atOnce = script.findIndex(({ due }) => due > from.at);
  const happening = script[Math.min(start + from.nth, atOnce < 0 ? script.length : Math.max(start, atOnce))];
  if (happening === undefined) return undefined;
  const { due } = happening;
  return { due, happening, after: { ...from, at: due, nth: due === from.at ? from.nth + 1 : 1 } };
};

const heardDeed = (deed: Deed, audible: Audible, index: number): Happening | undefined => {
  const { journal, town } = audible;
  if (deed.did === 'like') return undefined;
  const said = journal.find((one) => one.did === 'say' && one.id === deed.id);
  if (said?.did !== 'say') return undefined;
  const post = ownPost(said, journal, town);
  if (deed.did === 'take-back') return { due: deed.at, what: 'taken-back', post };
  const version = journal.filter((one, i) => one.did === 'edit' && one.id === deed.id && i <= index).length;
  return { due: deed.at, what: 'said', post, version };
};

const nextOfJournal = (audible: Audible, from: Position): Step | undefined => {
  const deed = audible.journal[from.deeds];
  if (deed === undefined) return undefined;
  const happening = heardDeed(deed, audible, from.deeds);
  const owes = answerTo(from.deeds, audible.journal, audible.town, audible.seed) !== undefined;
  const after = { ...from, deeds: from.deeds + 1, owed: owes ? [...from.owed, from.deeds] : from.owed };
  return { due: deed.at, after, ...(happening === undefined ? {} : { happening }) };
};

const nextAnswer = (audible: Audible, from: Position): Step | undefined => {
  const answers = from.owed.map((index): readonly [number, TownPost | undefined] => [index, answerTo(index, audible.journal, audible.town, audible.seed)]);
  const [first] = answers.sort(([, a], [, b]) => (a?.at ?? 0) - (b?.at ?? 0));
  if (first === undefined) return undefined;
  const [index, post] = first;
  const after = { ...from, owed: from.owed.filter((one) => one !== index) };
  // The reply was taken back before its answer was due: nothing is owed any more.
  return post === undefined ? { due: 0, after } : { due: post.at, after, happening: { due: post.at, what: 'said', post, version: 0 } };
};

/** What is heard next after a position, due or not; undefined when the town has nothing more to say. */
export const nextStep = (audible: Audible, from: Position): Step | undefined =>
  [nextOfScript(audible, from), nextAnswer(audible, from), nextOfJournal(audible, from)]
    .filter((step) => step !== undefined)
    .reduce<Step | undefined>((first, step) => (first === undefined || step.due < first.due ? step : first), undefined);
