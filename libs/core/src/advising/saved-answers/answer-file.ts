import { PlatformError } from '../../errors/index.js';
import { isId } from '../../database/index.js';
import { type AnswerTold, type SavedAnswerRow, primaryOf } from './saved-answer.row.js';
import { type AnswerWish, writtenAnswer } from './written-answer.js';

/** Bytes of one file as a request carries it, as a text in JSON: with what else is sent, within what one request may hold. */
export const longestFile = 200_000;
export const mostEntries = 500;

const signature = 'earshot saved answers';
const format = 1;

export interface AnswerFile {
  readonly content: string;
  readonly answers: number;
}

/** `changed-since`: the library's own has changed since the file was written. `twice`: another entry is for the same answer. */
export type EntryProblemKind = 'unreadable' | 'changed-since' | 'twice';
export interface EntryProblem {
  readonly kind: EntryProblemKind;
  /** Which field; null: the whole. */
  readonly field: string | null;
  readonly message: string;
}

export type EntryEffect = 'new' | 'changed' | 'same' | 'left-out';
/** What an entry of a file does. */
export interface PlannedEntry {
  /** From 1. */
  readonly entry: number;
  readonly does: EntryEffect;
  readonly title: string | null;
  readonly told: AnswerTold | undefined;
  /** The library's own that it is for. */
  readonly own: SavedAnswerRow | undefined;
  readonly problems: readonly EntryProblem[];
}

/** A library's own answers, in as many files as it takes for each to be read again. */
export const writeAnswerFiles = (rows: readonly SavedAnswerRow[]): readonly AnswerFile[] => {
  const files: string[][] = [];
  let size = 0;
  for (const { id, version, kind, title, text, lang, categories, reviewOn } of rows) {
    const entry = JSON.stringify({ id, version, kind, title, text, lang, categories, reviewOn }, undefined, 2);
    const last = files.at(-1);
    if (last === undefined || last.length === mostEntries || size + sizeOf(entry) > longestFile - 200) {
      files.push([entry]);
      size = 0;
    } else last.push(entry);
    size += sizeOf(entry);
  }
  return files.map((entries) => ({ content: `{\n"format": "${signature}",\n"version": ${format},\n"answers": [\n${entries.join(',\n')}\n]\n}\n`, answers: entries.length }));
};

/** The entries of a file; or why it is none. */
export const readAnswerFile = (content: string): { readonly entries: readonly unknown[] } | { readonly why: string } => {
  if (sizeOf(content) > longestFile) return { why: `A file has at most ${longestFile} bytes: divide it.` };
  const read = parse(content);
  if (typeof read !== 'object' || read === null || !('format' in read) || read.format !== signature) return { why: 'This is no file of saved answers: they are written by exportSavedAnswers.' };
  if (!('version' in read) || read.version !== format) return { why: 'This file was written by another version of Earshot, which this one cannot read.' };
  if (!('answers' in read) || !Array.isArray(read.answers)) return { why: 'This file has no list of answers.' };
  return read.answers.length > mostEntries ? { why: `A file has at most ${mostEntries} answers: divide it.` } : { entries: read.answers as readonly unknown[] };
};

/**
 * What each entry would do at a library that has these of its own. An entry is for the one whose id it names, else for the one of its kind, title and language; else it is new. One
 * that was changed since the file was written is left as it is.
 */
export const planEntries = (entries: readonly unknown[], own: readonly SavedAnswerRow[]): readonly PlannedEntry[] => {
  const byId = new Map(own.map((row) => [row.id, row]));
  const byName = new Map(own.map((row) => [nameOf(row), row]));
  const taken = new Set<string>();
  return entries.map((told, index): PlannedEntry => {
    const read = readEntry(told);
    const of = { entry: index + 1, title: read.title, told: read.answer, own: undefined, problems: read.problems };
    if (read.answer === undefined) return { ...of, does: 'left-out' };
    const row = (read.id === undefined ? undefined : byId.get(read.id)) ?? byName.get(nameOf(read.answer));
    const key = row?.id ?? nameOf(read.answer);
    if (taken.has(key)) return { ...of, does: 'left-out', own: row, problems: [{ kind: 'twice', field: null, message: 'Another entry before is for the same answer.' }] };
    taken.add(key);
    if (row === undefined) return { ...of, does: 'new' };
    if (isSame(row, read.answer)) return { ...of, does: 'same', own: row };
    if (row.id === read.id && read.version !== undefined && row.version > read.version)
      return { ...of, does: 'left-out', own: row, problems: [{ kind: 'changed-since', field: null, message: 'It was changed at your library since the file was written: change it there, or take its version out of the file.' }] };
    return { ...of, does: 'changed', own: row };
  });
};

const sizeOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

const parse = (content: string): unknown => {
  try {
    return JSON.parse(content.replace(/^\ufeff/u, ''));
  } catch {
    // Whatever it is, it is no file of ours, which is all that there is to say.
    return undefined;
  }
};

const nameOf = ({ kind, title, lang }: Pick<AnswerTold, 'kind' | 'title' | 'lang'>): string => `${kind} ${primaryOf(lang)} ${title.toLowerCase()}`;

const isSame = (row: SavedAnswerRow, told: AnswerTold): boolean =>
  row.kind === told.kind && row.title === told.title && row.text === told.text && row.lang === told.lang && row.reviewOn === told.reviewOn && row.categories.join('\n') === told.categories.join('\n');

interface ReadEntry {
  readonly id: string | undefined;
  readonly version: number | undefined;
  readonly title: string | null;
  readonly answer: AnswerTold | undefined;
  readonly problems: readonly EntryProblem[];
}

const good: AnswerWish = { kind: 'answer', title: 'a', text: 'a', lang: 'en', categories: [], reviewOn: null };

/** Every field that is wrong is named, and not the first alone. */
const readEntry = (told: unknown): ReadEntry => {
  const fields = (typeof told === 'object' && told !== null ? told : {}) as Readonly<Record<string, unknown>>;
  const { id, version, title, categories = [], reviewOn = null } = fields;
  const texts = ['kind', 'title', 'text', 'lang'] as const;
  const problems: EntryProblem[] = texts.filter((field) => typeof fields[field] !== 'string').map((field) => ({ kind: 'unreadable', field, message: `${field} is missing, or no text.` }));
  if (!Array.isArray(categories) || !categories.every((name) => typeof name === 'string')) problems.push({ kind: 'unreadable', field: 'categories', message: 'categories is no list of texts.' });
  if (reviewOn !== null && typeof reviewOn !== 'string') problems.push({ kind: 'unreadable', field: 'reviewOn', message: 'reviewOn is no day, as in 2026-03-01.' });
  const wrong = new Set(problems.map(({ field }) => field));
  const wish = { ...good, ...Object.fromEntries(Object.keys(good).filter((field) => !wrong.has(field) && fields[field] !== undefined).map((field) => [field, fields[field]])) } as AnswerWish;
  for (const field of Object.keys(good) as (keyof AnswerWish)[]) {
    const problem = problemOf({ ...good, [field]: wish[field] });
    if (problem !== undefined) problems.push({ kind: 'unreadable', field, message: problem });
  }
  return {
    id: typeof id === 'string' && isId(id) ? id.toLowerCase() : undefined,
    version: typeof version === 'number' ? version : undefined,
    title: typeof title === 'string' ? title.toWellFormed().replaceAll('\u0000', ' ').slice(0, 200) : null,
    answer: problems.length === 0 ? writtenAnswer(wish) : undefined,
    problems,
  };
};

const problemOf = (wish: AnswerWish): string | undefined => {
  try {
    writtenAnswer(wish);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return error.message;
  }
};
