import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openDocument } from '../documents/read-document.js';
import { followCategories, type FollowRow, followKinds } from '../follow.row.js';
import { type ExportFormat, type ListToWrite, writeList } from './write-list.js';

const follow = (told: Partial<FollowRow>): FollowRow => ({
  id: 'f', libraryId: 'l', listId: 'l', accountId: 'a', kind: 'feed', network: 'feeds', key: 'https://courier.example/rss', label: 'Courier', reason: 'news', category: 'media',
  addedBy: 'ada', addedAt: new Date(0), reviewOn: null, keepDays: 30, removedAt: null, ...told,
} as FollowRow);
const list = (follows: readonly FollowRow[]): ListToWrite => ({ list: { name: 'Papers & <more>', description: null }, library: 'Ashford', follows, at: new Date('2026-03-01T10:00:00Z') });
const readBack = async (format: ExportFormat, follows: readonly FollowRow[]) =>
  Array.fromAsync((await openDocument(async function* () { yield Buffer.from(writeList(format, list(follows)).document); }, { columns: [] })).entries);

describe('a list that is given away', () => {
  it('has no person in it, and says how many were left out and why', () => {
    const follows = [
      follow({}), follow({ kind: 'profile', key: 'mayor', category: 'person' }), follow({ kind: 'feed', key: 'https://blog.example', category: 'community-leader' }),
      follow({ kind: 'profile', key: 'somebody', category: 'other' }), follow({ kind: 'profile', key: 'club', category: 'organisation' }), follow({ kind: 'hashtag', key: 'town', category: 'other' }),
      follow({ kind: 'mentions', key: 'us' }), follow({ kind: 'list', key: '1' }), follow({ kind: 'feed', key: '/home/ada/outbox.json' }), follow({ kind: 'profile', key: 'x', category: 'person' }),
    ];
    const written = writeList('json', list(follows));
    expect((JSON.parse(written.document) as { follows: { key: string }[] }).follows.map(({ key }) => key)).toEqual(['https://courier.example/rss', 'club', 'town']);
    expect(written.document).not.toMatch(/mayor|somebody|ada|"us"/);
    expect(written).toMatchObject({
      follows: 3,
      leftOut: [
        { why: 'They are people.', count: 3 }, { why: 'They are profiles, and nobody said that they are an organisation, a business or a medium.', count: 1 },
        { why: 'They belong to your own account.', count: 1 }, { why: 'They are lists at a network, whose members may be people.', count: 1 }, { why: 'They are files of your own machine.', count: 1 },
      ],
    });
    expect(JSON.parse(written.document)).toMatchObject({ format: 'earshot-follow-list', version: 1, name: 'Papers & <more>', source: { library: 'Ashford', exportedAt: '2026-03-01T10:00:00.000Z' }, leftOut: written.leftOut });
  });

  it('never has one, whatever is on it', () => {
    const anyFollow = fc.record({ kind: fc.constantFrom(...followKinds), category: fc.constantFrom(...followCategories), key: fc.string({ minLength: 1 }) }).map(follow);
    fc.assert(fc.property(fc.array(anyFollow, { maxLength: 20 }), fc.constantFrom<ExportFormat>('json', 'opml'), (follows, format) => {
      const { follows: kept, leftOut } = writeList(format, list(follows));
      expect(kept + leftOut.reduce((sum, { count }) => sum + count, 0)).toBe(follows.length);
      expect(kept).toBeLessThanOrEqual(follows.filter(({ category }) => category !== 'person' && category !== 'community-leader').length);
    }));
  });

  it.each(['json', 'opml'] as const)('is read again as it was written: %s', async (format) => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.webUrl(), fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })), { minLength: 1, maxLength: 5 }), async (feeds) => {
      const clean = (text: string): string => text.toWellFormed().trim() || 'x';
      // eslint-disable-next-line no-control-regex -- what XML cannot say does not come back
      const follows = feeds.map(([key, label]) => follow({ key, label: clean(label.replace(/[\u0000-\u001f\ufffe\uffff]/gu, '')) }));
      expect((await readBack(format, follows)).map(({ text, label }) => [text, label])).toEqual(follows.map(({ key, label }) => [key.trim(), label]));
    }), { numRuns: 50 });
  });
});
