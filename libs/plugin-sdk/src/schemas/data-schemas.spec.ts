import { describe, expect, it } from '@jest/globals';
import { needSchema, suggestionSchema } from './advisor-schemas.js';
import { channelSchema, targetSchema } from './channel-schemas.js';
import { effectsSchema, findingProblem, findingSchema, labelSchema } from './classifier-schemas.js';
import { abilitiesSchema, attemptSchema } from './responder-schemas.js';

const labels = new Set(['need.explicit']);
const finding = { label: 'need.explicit', score: 0.5, spans: [[0, 2]] };

describe('findingProblem', () => {
  it('finds none with a finding that holds', () => {
    expect(findingProblem(finding, 'ok 😀', labels)).toBeUndefined();
    expect(findingProblem({ ...finding, spans: [[3, 5]] }, 'ok 😀', labels)).toBeUndefined();
    expect(findingProblem({ ...finding, spans: [] }, '', labels)).toBeUndefined();
  });

  it.each<[string, object, RegExp]>([
    ['a label nobody declared', { label: 'need.none' }, /not declared/],
    ['a score above one', { score: 1.01 }, /score/],
    ['a score that is no number', { score: Number.NaN }, /score/],
    ['a span beyond the end', { spans: [[0, 6]] }, /outside/],
    ['an empty span', { spans: [[2, 2]] }, /empty/],
    ['a span backwards', { spans: [[2, 1]] }, /empty/],
    ['a span that begins within a pair', { spans: [[4, 5]] }, /surrogate/],
    ['a span that ends within a pair', { spans: [[0, 4]] }, /surrogate/],
    ['half an offset', { spans: [[0, 1.5]] }, /spans/],
    ['an empty restatement', { restated: '' }, /restated is empty/],
  ])('names %s', (_what, change, problem) => {
    expect(findingProblem({ ...finding, ...change }, 'ok 😀', labels)).toMatch(problem);
  });

  it('names what is no finding', () => {
    expect(findingProblem(undefined, '', labels)).toBeDefined();
  });
});

describe('the schemas of small data', () => {
  it.each([
    ['target', targetSchema, { kind: 'hashtag', key: 'town', label: '#town' }, { kind: 'planet' }],
    ['channel', channelSchema, { key: 'a', mode: 'poll', pulseMs: 60_000, targets: [], retarget: 'reopen' }, { pulseMs: 0 }],
    ['finding', findingSchema, finding, { score: 2 }],
    ['label', labelSchema, { id: 'need.implicit', title: 'an unspoken need', effects: {} }, { id: 'Need' }],
    ['effects', effectsSchema, { attention: 1, holdUnprompted: true, view: 'crisis', blur: true, retention: 'short' }, { attentoin: 1 }],
    ['need', needSchema, { restated: 'wine cellar', lang: 'en', near: 'Ashford' }, { restated: '' }],
    [
      'suggestion',
      suggestionSchema,
      { title: 'Cellars', cite: new URL('https://library.example/1'), identifiers: [{ scheme: 'isbn', value: '978' }], availability: { text: 'on the shelf', at: new Date(0) } },
      { cite: new URL('data:,x') },
    ],
    ['abilities', abilitiesSchema, { reply: 'by-hand', because: 'members only', length: { limit: 500, unit: 'grapheme', urlWeight: 23 }, can: ['like'] }, { reply: 'maybe' }],
    ['attempt', attemptSchema, { key: 'k-1', part: 0, text: 'Hello', lang: 'en', media: [], firstTriedAt: new Date(0), lastTriedAt: new Date(0) }, { key: 'a b' }],
    ['attempt with an image', attemptSchema, { key: 'k-1', part: 0, text: 'Hello', lang: 'en', media: [{ bytes: new Uint8Array(1), mediaType: 'image/png', width: 1, height: 1, alt: 'grey' }], firstTriedAt: new Date(0), lastTriedAt: new Date(0) }, { media: [{ bytes: new Uint8Array(1), mediaType: 'image/png', width: 1, height: 1, alt: '' }] }],
    ['abilities with images', abilitiesSchema, { reply: 'yes', length: { limit: 1, unit: 'byte' }, media: { mostImages: 4, mediaTypes: ['image/png'], mostBytes: 1, alt: { limit: 1, unit: 'byte' } }, can: [] }, { media: { mostImages: 4, mediaTypes: ['video/mp4'], mostBytes: 1, alt: { limit: 1, unit: 'byte' } } }],
  ] as const)('%s: takes what holds and refuses what does not', (_what, schema, valid, fault) => {
    expect(schema.safeParse(valid).success).toBe(true);
    expect(schema.safeParse({ ...valid, ...fault }).success).toBe(false);
  });
});
