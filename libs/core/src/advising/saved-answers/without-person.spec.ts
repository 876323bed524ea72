import { describe, expect, it } from '@jest/globals';
import { type Answered, withoutPerson } from './without-person.js';

const anna: Answered = { handle: 'anna@town.example', name: 'Anna Lindqvist', urls: ['https://town.example/@anna', 'https://town.example/@anna/109'], said: 'How hard would it be to build a wine cellar in my basement, I wonder?', signature: '— {{first name}}, Ashford Library' };
const textOf = (reply: string, of = anna): string => withoutPerson(reply, of).text;

describe('a reply without whom it answers', () => {
  it.each([
    ['the handle that it begins with', '@anna@town.example The library has three books on it.', 'The library has three books on it.'],
    ['several of them', '@anna@town.example, @ben@town.example: come on Thursday.', 'come on Thursday.'],
    ['a handle inside, which has to be filled in', 'Come on Thursday, as @ben@town.example does.', 'Come on Thursday, as {{name}} does.'],
    ['the name in a greeting', 'Hello Anna, the library has three books on it.', 'Hello {{name}}, the library has three books on it.'],
    ['the whole name, wherever it stands', 'Three books wait for Anna Lindqvist at the desk.', 'Three books wait for {{name}} at the desk.'],
    ['their handle without its sign', 'As anna@town.example says.', 'As {{name}} says.'],
    ['a link to their profile', 'See https://town.example/@anna and ours.', 'See {{link}} and ours.'],
    ['a link to what they said', 'You asked https://town.example/@anna/109?x=1 before.', 'You asked {{link}} before.'],
    ['the signature, whoever signed', 'Three books are on the shelf.\n\n— Ben, Ashford Library', 'Three books are on the shelf.'],
    ['their own words', 'To build a wine cellar in my basement: three books.', '{{in your words}}: three books.'],
  ])('leaves out %s', (_, reply, text) => expect(textOf(reply)).toBe(text));

  it('says what it left out, in one order', () => {
    expect(withoutPerson('@anna@town.example Hello Anna, see https://town.example/@anna/109!', anna).leftOut).toEqual(['mentions', 'names', 'links']);
    expect(withoutPerson('Three books are on the shelf: https://library.example/cellars', anna)).toEqual({ text: 'Three books are on the shelf: https://library.example/cellars', leftOut: [] });
  });

  it.each([
    ['somebody else on their network', 'See https://town.example/@annabel/7.'],
    ['their network itself', 'See https://town.example/about.'],
    ['the same word where nobody is greeted', 'Our Anna Freud biography is back. Anna Karenina too.'],
    ['a signature that is none', 'Ben, Ashford Library, has three books. — Ben'],
    ['an address of the library', 'Write to desk@library.example.'],
  ])('leaves %s', (_, reply) => expect(textOf(reply)).toBe(reply));

  it('does without a name, a handle and words where nobody knows them', () => {
    const nobody: Answered = { handle: null, name: null, urls: [], said: null, signature: null };
    expect(withoutPerson('Hello (Anna), come in.', nobody)).toEqual({ text: 'Hello (Anna), come in.', leftOut: [] });
    expect(textOf('Hello \\d+, come in.', { ...nobody, name: '\\d+ (.*) [' })).toBe('Hello \\d+, come in.');
  });
});
