import { describe, expect, it } from '@jest/globals';
import type { Identifier } from '@earshot/plugin-sdk';
import { suggestionKeys } from './suggestion-keys.js';

const key = (scheme: Identifier['scheme'], value: string): string | undefined => suggestionKeys([{ scheme, value }])[0];

describe('suggestionKeys', () => {
  it.each([
    ['isbn', '0-306-40615-2', 'isbn 9780306406157'],
    ['isbn', '978 0 306 40615 7', 'isbn 9780306406157'],
    ['isbn', '080442957x', 'isbn 9780804429573'],
    ['issn', '2049-363x', 'issn 2049363X'],
    ['oclc', '(OCoLC)0012345', 'oclc 12345'],
    ['oclc', 'ocn12345', 'oclc 12345'],
    ['url', 'http://Library.Example/permits/#top', 'url library.example/permits'],
    ['url', 'https://library.example/permits', 'url library.example/permits'],
    ['event', ' thursday-1 ', 'event thursday-1'],
  ] as const)('spells %s %s in one way', (scheme, value, spelled) => expect(key(scheme, value)).toBe(spelled));

  it.each([['isbn', '12'], ['isbn', '9780306406157 (pbk.)'], ['issn', 'x'], ['oclc', 'zero'], ['url', 'javascript:alert(1)'], ['work', ' ']] as const)('makes nothing of %s %s', (scheme, value) =>
    expect(key(scheme, value)).toBeUndefined());

  it('names each once', () => {
    expect(suggestionKeys([{ scheme: 'isbn', value: '0306406152' }, { scheme: 'isbn', value: '9780306406157' }])).toEqual(['isbn 9780306406157']);
  });
});
