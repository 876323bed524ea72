import { foldText } from '../../language/index.js';
import { UnreadableDocument } from './unreadable.js';

/** What a column can say. `target` is what is followed: the one that a document cannot do without. */
export const columnMeanings = ['target', 'label', 'reason', 'category', 'review-on', 'keep-days'] as const;
export type ColumnMeaning = (typeof columnMeanings)[number];

/** That a column, by its name in the first row or by its number from 1, says this. */
export interface MappedColumn {
  readonly column: string;
  readonly means: ColumnMeaning;
}

export interface Columns {
  /** Meaning → index. */
  readonly at: ReadonlyMap<ColumnMeaning, number>;
  /** Whether the first row names columns, and is no entry. */
  readonly named: boolean;
}

/** Names under which spreadsheets keep such things, folded. A column that nobody mapped is taken by its name. */
const usual: Readonly<Record<ColumnMeaning, readonly string[]>> = {
  target: ['target', 'follow', 'address', 'url', 'link', 'handle', 'account', 'feed', 'feed url', 'xmlurl', 'website', 'web site', 'hashtag', 'key'],
  label: ['label', 'name', 'title'],
  reason: ['reason', 'why', 'notes', 'note'],
  category: ['category', 'kind', 'type'],
  'review-on': ['review on', 'review', 'review date', 'reviewon'],
  'keep-days': ['keep days', 'keep', 'keepdays'],
};

const folded = (name: string): string => foldText(name).toLowerCase().replace(/[\s_-]+/gu, ' ').trim();
const looksFollowable = (value: string | undefined): boolean => value !== undefined && /^[@#]|:\/\/|^[^\s@]+@[^\s@]+\.|^[^\s]+\.[a-z]{2,}(\/|$)/iu.test(value.trim());

/**
 * What the columns of a document mean, from its first row and what the person said of them.
 * @throws UnreadableDocument WRONG_COLUMNS, which names the columns that there are
 */
export const columnsOf = (first: readonly string[], mapped: readonly MappedColumn[]): Columns => {
  const names = first.map(folded);
  const isNamed = names.some((name) => Object.values(usual).flat().includes(name)) || mapped.some(({ column }) => names.includes(folded(column)));
  const at = new Map<ColumnMeaning, number>();
  for (const { column, means } of mapped) {
    if (at.has(means)) throw wrong(first, `Two columns are said to be ${inWords(means)}.`);
    at.set(means, indexOf(column, names, first));
  }
  const taken = new Set(at.values());
  if (isNamed) {
    for (const means of columnMeanings) {
      // In the order of the synonyms: the plainest name wins where several fit.
      const index = at.has(means) ? -1 : (usual[means].map((name) => names.indexOf(name)).find((each) => each >= 0 && !taken.has(each)) ?? -1);
      if (index < 0) continue;
      at.set(means, index);
      taken.add(index);
    }
  }
  if (!at.has('target')) {
    const guess = isNamed ? -1 : first.findIndex(looksFollowable);
    if (guess < 0) throw wrong(first, 'No column says what to follow.');
    at.set('target', guess);
  }
  return { at, named: isNamed };
};

const indexOf = (column: string, names: readonly string[], first: readonly string[]): number => {
  const wanted = folded(column);
  const found = names.flatMap((name, index) => (name === wanted ? [index] : []));
  if (found.length > 1) throw wrong(first, `${found.length} columns are named "${column}": give its number.`);
  if (found[0] !== undefined) return found[0];
  const number = /^\d{1,4}$/.test(wanted) ? Number(wanted) : 0;
  if (number < 1 || number > first.length) throw wrong(first, `There is no column "${column.slice(0, 100)}".`);
  return number - 1;
};

const inWords = (means: ColumnMeaning): string => ({ target: 'what to follow', label: 'the label', reason: 'the reason', category: 'the category', 'review-on': 'the review date', 'keep-days': 'how long to keep' })[means];

const wrong = (first: readonly string[], what: string): UnreadableDocument => {
  const there = first.slice(0, 30).map((name, index) => `${index + 1} "${name.trim().slice(0, 40)}"`).join(', ');
  return new UnreadableDocument('WRONG_COLUMNS', `${what} The first row has: ${there}. Say which column means what.`, { line: 1 });
};
