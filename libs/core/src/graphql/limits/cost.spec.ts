import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { requireCost } from './cost.js';

const schema = buildSchema('enum Why { due silent noise } type Query { review(reasons: [Why!]): Int }');
const document = parse('query($reasons: [Why!]) { review(reasons: $reasons) }');

describe('requireCost', () => {
  it('takes what is within the limit, and refuses what is not', () => {
    const review = { schema, document, variables: { reasons: ['due'] } };
    expect(() => requireCost(review, 1)).not.toThrow();
    expect(() => requireCost(review, 0)).toThrow(expect.objectContaining({ extensions: expect.objectContaining({ code: 'QUERY_TOO_LARGE' }) }) as never);
  });

  it('looks at no more than the first of many wrong values', () => {
    const before = process.cpuUsage();
    expect(() => requireCost({ schema, document, variables: { reasons: Array.from({ length: 10_000 }, () => ['due']) } }, 10)).toThrow(expect.objectContaining({ message: expect.stringContaining('reasons[0]'), extensions: expect.objectContaining({ code: 'BAD_INPUT' }) }) as never);
    const { user, system } = process.cpuUsage(before);
    // All of them took more than ten seconds of the processor.
    expect(user + system).toBeLessThan(2_000_000);
  });
});
