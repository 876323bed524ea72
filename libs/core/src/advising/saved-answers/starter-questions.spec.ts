import { describe, expect, it } from '@jest/globals';
import { placeholdersIn, wordsOf } from '../../language/index.js';
import { type StarterQuestion, starterQuestions } from './starter-questions.js';

/** The word that asks for reasons. */
const reasons = /\b(why|warum|weshalb|wieso|pourquoi)\b|por qué/iu;

describe('the questions that come with the program', () => {
  it.each(starterQuestions.map(({ lang, text }) => [lang, text]))('in %s: "%s" fits a short post, asks, and asks for no reasons', (_, text) => {
    expect([...text].length).toBeLessThanOrEqual(140);
    expect(text).toContain('?');
    expect(text).not.toMatch(reasons);
    expect(placeholdersIn(text)).toEqual([]);
  });

  it('are as many in each language, each once', () => {
    const inLanguages = Map.groupBy(starterQuestions, ({ lang }) => lang);
    expect([...inLanguages].map(([lang, { length }]) => [lang, length])).toEqual([['en', 7], ['de', 7], ['es', 7], ['fr', 7]]);
    const names: readonly ((one: StarterQuestion) => string)[] = [({ id }) => id, ({ text }) => text, ({ lang, title }) => `${lang} ${title}`];
    for (const name of names) expect(new Set(starterQuestions.map(name)).size).toBe(starterQuestions.length);
  });

  it('keep their ids, by which libraries replace and hide them', () => {
    expect(starterQuestions.find(({ lang, place }) => lang === 'de' && place === 2)).toMatchObject({ id: '0195c0de-0000-7000-8000-000000002002', title: 'Wofür' });
  });

  it('are in words', () => expect(starterQuestions.every(({ text }) => wordsOf(text).length > 2)).toBe(true));
});
