import { langSchema } from '@earshot/plugin-sdk';
import { PlatformError } from '../../errors/index.js';
import { writtenChoice, writtenDay, writtenWords } from '../../follows/index.js';
import { answerKinds, type AnswerTold } from './saved-answer.row.js';

export const longestAnswer = 5_000;
const longestTitle = 200;
const mostCategories = 20;
const longestCategory = 60;

/** An answer as somebody wrote it down, unchecked. */
export interface AnswerWish {
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly lang: string;
  readonly categories?: readonly string[] | null | undefined;
  readonly reviewOn?: string | null | undefined;
}

/** @throws PlatformError BAD_INPUT, which names the field */
export const writtenAnswer = ({ kind, title, text, lang, categories, reviewOn }: AnswerWish): AnswerTold => ({
  kind: writtenChoice(kind, answerKinds, 'kind'),
  title: writtenTitle(title),
  text: writtenWords(text, 'text', longestAnswer),
  lang: writtenLang(lang),
  categories: writtenCategories(categories ?? []),
  reviewOn: writtenDay(reviewOn, 'reviewOn'),
});

export const writtenTitle = (title: string): string => line(title, 'title', longestTitle);

/** Each once. @throws PlatformError BAD_INPUT */
export const writtenCategories = (categories: readonly string[]): readonly string[] => {
  const written = [...new Set(categories.slice(0, mostCategories + 1).map((name) => line(name, 'categories', longestCategory)))];
  if (written.length > mostCategories) throw new PlatformError('BAD_INPUT', `An answer has at most ${mostCategories} categories.`, 'categories');
  return written;
};

/** As in en or pt-BR. @throws PlatformError BAD_INPUT */
export const writtenLang = (lang: string): string => {
  const written = lang.trim();
  if (!langSchema.safeParse(written).success) throw new PlatformError('BAD_INPUT', 'lang is no language tag, as in en or pt-BR.', 'lang');
  return written;
};

const line = (text: string, field: string, most: number): string => {
  const written = writtenWords(text, field, most).normalize('NFC');
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(written)) throw new PlatformError('BAD_INPUT', `${field} is one line of text.`, field);
  return written;
};
