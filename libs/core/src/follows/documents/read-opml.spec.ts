import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ListEntry } from './list-entry.js';
import { readOpml } from './read-opml.js';

const opml = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>Town</title></head><body>${body}</body></opml>`;

/** As a file comes: in pieces that end anywhere. */
async function* pieces(text: string, size = 7_919): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
const entriesOf = async (document: string, size?: number): Promise<ListEntry[]> => Array.fromAsync(readOpml(pieces(document, size)));

describe('readOpml', () => {
  it.each([1, 3, 100_000])("finds the feeds, in folders too, by any reader's spelling, in pieces of %d", async (size) => {
    const document = opml(`
      <outline text="Papers"><outline type="rss" text="Courier &amp; Times" xmlUrl="https://courier.example/rss?a=1&amp;b=2"/></outline>
      <outline title="Club" text="ignored" xmlURL=" https://club.example/feed "/>
      <outline text="a folder, empty"/>`);
    expect(await entriesOf(document, size)).toEqual([
      { line: 3, text: 'https://courier.example/rss?a=1&b=2', label: 'Courier & Times' },
      { line: 4, text: 'https://club.example/feed', label: 'Club' },
    ]);
  });

  it.each([
    ['just words', 'not well-formed', 1],
    ['<rss/>', 'not OPML', 1],
    [opml('\n\n<outline xmlUrl="x"'), 'not well-formed', 4],
    [opml(''), 'no outline with the address', undefined],
    [opml('\n<outline xmlUrl="https://a.example/&nope;"/>'), 'not well-formed', 3],
    ['<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><opml><body><outline xmlUrl="&b;"/></body></opml>', 'DOCTYPE', 1],
    ['<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>', 'DOCTYPE', 1],
    [opml('<outline>'.repeat(200)), 'nested deeper', 2],
    [opml(`<outline xmlUrl="${'x'.repeat(3_000_000)}`), 'it has no tag', 2],
  ])('refuses what is wrong, and says why and where (%#)', async (document, why, line) => {
    await expect(entriesOf(document)).rejects.toMatchObject({ code: 'NOT_OPML', message: expect.stringContaining(why), place: line === undefined ? {} : { line } });
  });

  it('answers with feeds or a refusal, whatever it is given', async () => {
    const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('<opml>', '</opml>', '<outline ', 'xmlUrl="', '"/>', '<![CDATA[', ']]>', '<!--', '&amp;', '&#0;', '&#xd800;', '\ud800'));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (parts) => {
        const settled = await entriesOf(`<opml>${parts.join('')}`).then((entries) => entries.length > 0, (error: unknown) => (error as { code?: unknown }).code === 'NOT_OPML');
        expect(settled).toBe(true);
      }),
    );
  });
});
