import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entriesOfOpml } from './opml.js';

const opml = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>Town</title></head><body>${body}</body></opml>`;
const refusal = (document: string): string => {
  try {
    entriesOfOpml(document);
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_INPUT', field: 'opml' });
    return (error as Error).message;
  }
  throw new Error('it was not refused');
};

describe('entriesOfOpml', () => {
  it('finds the feeds, in folders too, by any reader\'s spelling', () => {
    const document = opml(`
      <outline text="Papers"><outline type="rss" text="Courier &amp; Times" xmlUrl="https://courier.example/rss?a=1&amp;b=2"/></outline>
      <outline title="Club" text="ignored" xmlURL=" https://club.example/feed "/>
      <outline text="a folder, empty"/>`);
    expect(entriesOfOpml(`\ufeff${document}`)).toEqual([
      { line: 2, text: 'https://courier.example/rss?a=1&b=2', label: 'Courier & Times' },
      { line: 3, text: 'https://club.example/feed', label: 'Club' },
    ]);
  });

  it.each([
    ['', 'not well-formed'],
    ['just words', 'not well-formed'],
    ['<rss/>', 'not OPML'],
    [opml('<outline xmlUrl="x"'), 'not well-formed'],
    [opml(''), 'no outline with the address'],
    [opml('<outline xmlUrl="https://a.example/&nope;"/>'), 'not well-formed'],
    ['<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><opml><body><outline xmlUrl="&b;"/></body></opml>', 'DOCTYPE'],
    ['<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>', 'DOCTYPE'],
    [opml('<outline>'.repeat(200)), 'nested deeper'],
    [opml('<outline xmlUrl="https://a.example/"/>'.repeat(100_000)), 'more than 5000 outlines'],
    [opml('x'.repeat(5_000_000)), 'at most'],
  ])('refuses what is wrong, and says why (%#)', (document, why) => expect(refusal(document)).toContain(why));

  it('answers with feeds or a refusal, whatever it is given', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('<opml>', '</opml>', '<outline ', 'xmlUrl="', '"/>', '<![CDATA[', ']]>', '<!--', '&amp;', '&#0;', '&#xd800;', '\ud800'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const document = `<opml>${pieces.join('')}`;
        try {
          expect(entriesOfOpml(document).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_INPUT' });
        }
      }),
    );
  });
});
