import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Keyset } from './keyset.js';

const id = '0190a5de-0000-7000-8000-000000000000';
const newest = new Keyset('newest', 'desc', [{ column: 'c.at', type: 'timestamptz' }, { column: 'c.id', type: 'uuid' }]);
const ranked = new Keyset('ranked', 'desc', [{ column: 'c.rank', type: 'float8' }, { column: 'c.id', type: 'uuid' }]);
const key = ['2026-03-01 18:30:00.123456+00', id];

describe('a keyset', () => {
  it('goes on after a cursor by one comparison of rows, whose key keeps every microsecond', () => {
    const parameters: unknown[] = ['library'];
    expect(newest.page({ first: 10, after: newest.cursor({ keyset: key }) }).after(parameters)).toBe('and (c.at, c.id) < ($2::timestamptz, $3::uuid)');
    expect(parameters).toEqual(['library', ...key]);
  });

  it('asks for one row more than a page holds, and tells by it that there is a next page', () => {
    const page = newest.page({ first: 2 });
    expect(page.limit).toBe(3);
    const rows = [1, 2, 3].map((n) => ({ n, keyset: key }));
    const connection = page.connection(rows, ({ n }) => n);
    expect(connection.edges.map(({ node }) => node)).toEqual([1, 2]);
    expect(connection.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false, endCursor: newest.cursor({ keyset: key }) });
    expect(newest.page({ first: 3 }).connection(rows, ({ n }) => n).pageInfo.hasNextPage).toBe(false);
    expect(page.connection([], () => 0).pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
  });

  it('refuses the cursor of another order', () => {
    expect(() => ranked.page({ first: 1, after: newest.cursor({ keyset: key }) })).toThrow('not one of this list in this order');
  });

  it.each([['infinity', id], ['2026-13-01 00:00:00+00', id], ["2026-03-01 18:30:00+00'", id], [key[0] ?? '', 'x'], ['', '']])('refuses the key %j, %j', (...forged) => {
    expect(() => newest.page({ first: 1, after: newest.cursor({ keyset: forged }) })).toThrow('not one of this list in this order');
  });

  it.each(['NaN', 'Infinity', '1e999', ' ', '1; drop table person'])('refuses the rank %j', (rank) => {
    expect(() => ranked.page({ first: 1, after: ranked.cursor({ keyset: [rank, id] }) })).toThrow('not one of this list in this order');
  });

  it('takes any text for a cursor without failing otherwise', () => {
    fc.assert(fc.property(fc.string(), (after) => {
      expect(() => newest.page({ first: 1, after })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    }));
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const after = Buffer.from(JSON.stringify(value)).toString('base64url');
      expect(() => newest.page({ first: 1, after })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    }));
  });

  it.each([0, -1, 101])('refuses a page of %d', (first) => expect(() => newest.page({ first })).toThrow('A page holds from 1 to 100.'));
});
