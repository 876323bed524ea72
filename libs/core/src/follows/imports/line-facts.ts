import { PlatformError } from '../../errors/index.js';
import type { ListEntry } from '../documents/list-entry.js';
import { followCategories, type FollowCategory } from '../follow.row.js';
import type { EntryRefusal } from '../found-entry.js';
import { writtenChoice, writtenDay, writtenDays, writtenWords } from '../written-words.js';

/** What holds for every line that says nothing else. */
export interface LineDefaults {
  readonly reason: string | null;
  readonly category: FollowCategory | null;
}

/** An entry whose facts fit; or why it does not. */
export interface CheckedLine {
  readonly entry: ListEntry;
  readonly label: string | null;
  readonly reason: string | null;
  readonly category: FollowCategory | null;
  readonly reviewOn: string | null;
  readonly keepDays: number | null;
  readonly refused?: EntryRefusal;
}

const bare = (entry: ListEntry): CheckedLine => ({ entry, label: null, reason: null, category: null, reviewOn: null, keepDays: null });
/** People write "Community leader" where the word is `community-leader`. */
const asWord = (category: string): string => category.trim().toLowerCase().replace(/[\s_]+/gu, '-');

/** Checks what an entry says beside what it names. Never throws for it: one line is wrong, the others are not. */
export const checkedLine = (entry: ListEntry, defaults: LineDefaults): CheckedLine => {
  if (entry.refused !== undefined) return { ...bare(entry), refused: entry.refused };
  try {
    const reason = entry.reason === undefined ? null : writtenWords(entry.reason, 'The reason', 500);
    const category = entry.category === undefined ? null : writtenChoice(asWord(entry.category), followCategories, 'The category');
    if (reason === null && defaults.reason === null) return { ...bare(entry), refused: { why: 'It has no reason.', cure: 'Say why it is followed, in the document or for all lines.' } };
    if (category === null && defaults.category === null) return { ...bare(entry), refused: { why: 'It has no category.', cure: 'Say what it is for the town, in the document or for all lines.' } };
    const label = entry.label === undefined ? null : [...entry.label.toWellFormed().replaceAll('\u0000', ' ').trim()].slice(0, 300).join('') || null;
    return { entry, label, reason, category, reviewOn: writtenDay(entry.reviewOn, 'The review date'), keepDays: writtenDays(entry.keepDays, 'The retention') };
  } catch (error) {
    if (error instanceof PlatformError) return { ...bare(entry), refused: { why: error.message, cure: 'Mend it in the document.' } };
    throw error;
  }
};
