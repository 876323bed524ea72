import { langSchema } from '@earshot/plugin-sdk';
import { PlatformError } from '../errors/index.js';
import { writtenWords } from '../follows/index.js';

const longest = 20_000;

/** What a reply says. @throws PlatformError BAD_INPUT */
export const writtenText = (text: string): string => writtenWords(text, 'text', longest);

const longestAlternativeText = 5_000;

/** What an image shows, in words; '' where nobody wrote it yet. @throws PlatformError BAD_INPUT */
export const writtenAlternativeText = (text: string): string => (text.trim() === '' ? '' : writtenWords(text, 'alternativeText', longestAlternativeText));

/** In which language. @throws PlatformError BAD_INPUT */
export const writtenLang = (lang: string): string => {
  const written = lang.trim();
  if (!langSchema.safeParse(written).success) throw new PlatformError('BAD_INPUT', 'lang is no language tag, as in en or pt-BR.', 'lang');
  return written;
};
