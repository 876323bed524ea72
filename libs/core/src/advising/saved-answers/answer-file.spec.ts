import { describe, expect, it } from '@jest/globals';
import { newId } from '../../database/index.js';
import { longestFile, mostEntries, planEntries, readAnswerFile, writeAnswerFiles } from './answer-file.js';
import type { SavedAnswerRow } from './saved-answer.row.js';

const row = (told: Partial<SavedAnswerRow> = {}): SavedAnswerRow => {
  const libraryId = newId();
  return {
    id: newId(), libraryId, at: libraryId, standing: 'used', kind: 'answer', title: 'Opening hours', text: 'Open {{hours}}.', lang: 'en', categories: ['visiting'], reviewOn: '2027-01-31',
    insteadOfId: null, createdById: null, createdAt: null, changedById: null, changedAt: null, version: 3, ...told,
  };
};
const entriesOf = (content: string): readonly unknown[] => {
  const read = readAnswerFile(content);
  if ('why' in read) throw new Error(read.why);
  return read.entries;
};
const file = (answers: unknown, more: object = {}): string => JSON.stringify({ format: 'earshot saved answers', version: 1, answers, ...more });
const does = (entries: readonly unknown[], own: readonly SavedAnswerRow[]): readonly string[] => planEntries(entries, own).map((entry) => entry.does);
const entry = { kind: 'answer', title: 'Opening hours', text: 'Open.', lang: 'en' };

describe('a file of saved answers', () => {
  it('read again where it was written does nothing', () => {
    const own = [row(), row({ title: 'Wi-Fi "guest"', text: 'Two\nlines', categories: [], reviewOn: null, kind: 'question', lang: 'de-AT' })];
    const [written] = writeAnswerFiles(own);
    expect(written?.answers).toBe(2);
    expect(does(entriesOf(written?.content ?? ''), own)).toEqual(['same', 'same']);
  });

  it('is divided so that each can be read again, and holds all', () => {
    const own = Array.from({ length: 700 }, (_, n) => row({ title: `Answer ${n}`, text: '図"'.repeat(n % 3 === 0 ? 2_000 : 10) }));
    const files = writeAnswerFiles(own);
    expect(files.length).toBeGreaterThan(2);
    for (const { content, answers } of files) {
      expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThanOrEqual(longestFile);
      expect(entriesOf(content)).toHaveLength(answers);
    }
    expect(does(files.flatMap(({ content }) => entriesOf(content)), own)).toEqual(own.map(() => 'same'));
    expect(writeAnswerFiles([])).toEqual([]);
  });

  it.each([
    ['', 'no file of saved answers'], ['{', 'no file of saved answers'], ['null', 'no file of saved answers'], ['[]', 'no file of saved answers'], [file([], { format: 'opml' }), 'no file of saved answers'],
    [file([], { version: 2 }), 'another version'], [file({}), 'no list'], [file(Array(mostEntries + 1).fill({})), 'divide it'], [' '.repeat(longestFile + 1), 'divide it'],
  ])('is refused in words: %.60s', (content, why) => expect(readAnswerFile(content)).toEqual({ why: expect.stringContaining(why) }));
});

describe('what an entry does', () => {
  it('is new at another library, by whatever id', () => expect(does([{ ...entry, id: newId(), version: 1 }], [row({ title: 'Other' })])).toEqual(['new']));

  it('changes the one that it names, or the one of its title, kind and language', () => {
    const own = row();
    expect(planEntries([{ ...entry, id: own.id, version: 3, title: 'When we are open' }], [own])[0]).toMatchObject({ does: 'changed', own: { id: own.id }, told: { title: 'When we are open', categories: [], reviewOn: null } });
    expect(planEntries([{ ...entry, title: 'OPENING hours', lang: 'en-GB' }], [own])[0]).toMatchObject({ does: 'changed', own: { id: own.id } });
    expect(does([{ ...entry, kind: 'question' }, { ...entry, lang: 'de' }], [own])).toEqual(['new', 'new']);
  });

  it('leaves what was changed since, and what an entry before was for', () => {
    const own = row();
    const named = { ...entry, id: own.id };
    expect(planEntries([{ ...named, version: 2 }], [own])[0]).toMatchObject({ does: 'left-out', problems: [{ kind: 'changed-since' }] });
    expect(does([{ ...named, version: 3 }], [own])).toEqual(['changed']);
    expect(planEntries([named, { ...entry, text: 'Closed.' }], [own])[1]).toMatchObject({ does: 'left-out', problems: [{ kind: 'twice' }] });
    expect(does([{ ...entry, title: 'New' }, { ...entry, title: 'new' }], [])).toEqual(['new', 'left-out']);
  });

  it('is nothing where it cannot be read, with every field that is wrong', () => {
    const wrong = { kind: 'poem', title: ' ', text: 7, lang: 'x', categories: ['a', 3], reviewOn: '2027-02-30' };
    const [planned] = planEntries([wrong], []);
    expect(planned?.does).toBe('left-out');
    expect(planned?.problems.map(({ field }) => field).sort()).toEqual(['categories', 'kind', 'lang', 'reviewOn', 'text', 'title']);
    for (const told of [null, 7, 'x', [], {}]) expect(planEntries([told], [])[0]).toMatchObject({ does: 'left-out', told: undefined, title: null });
    expect(planEntries([{ ...entry, text: 'a\u0000' }], [])[0]).toMatchObject({ problems: [{ kind: 'unreadable', field: 'text' }] });
  });
});
