import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArraySplitter } from './array-splitter.js';
import type { ItemSplitter, RawItem } from './item-splitter.js';
import { LineSplitter } from './line-splitter.js';

const cut = (splitter: ItemSplitter, bytes: Buffer, sizes: readonly number[]): readonly RawItem[] => {
  const items: RawItem[] = [];
  let from = 0;
  for (let i = 0; from < bytes.length; i += 1) {
    const to = from + (sizes[i % sizes.length] ?? 1);
    items.push(...splitter.push(bytes.subarray(from, to)));
    from = to;
  }
  return [...items, ...splitter.end()];
};

const valueOf = (item: RawItem): unknown => (item.bytes === undefined ? undefined : JSON.parse(item.bytes.toString('utf8')));

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
const documents = fc.record({ before: fc.dictionary(fc.string().filter((key) => key !== 'orderedItems' && key !== 'items'), fc.jsonValue()), items: fc.array(fc.jsonValue()), space: fc.constantFrom('', ' ', '\n  ') });

describe('cutting a document', () => {
  it('finds every item of the list, whatever is in them and wherever the chunks end', () => {
    fc.assert(
      fc.property(documents, sizes, ({ before, items, space }, chunks) => {
        const text = JSON.stringify({ ...before, orderedItems: items, after: [1, { orderedItems: [2] }] }, undefined, space);
        expect(cut(new ArraySplitter(0), Buffer.from(text), chunks).map(valueOf)).toEqual(JSON.parse(JSON.stringify(items)));
      }),
    );
  });

  it('goes on behind any item', () => {
    fc.assert(
      fc.property(documents, sizes, fc.nat(), ({ items, space }, chunks, n) => {
        const bytes = Buffer.from(JSON.stringify(items, undefined, space));
        const all = cut(new ArraySplitter(0), bytes, chunks);
        const from = all.length === 0 ? undefined : all[n % all.length];
        if (from === undefined) return;
        const rest = cut(new ArraySplitter(from.end), bytes.subarray(from.end), chunks);
        expect(rest).toEqual(all.slice((n % all.length) + 1));
      }),
    );
  });

  it('does not take a list of that name from deeper down, or from within a string', () => {
    const text = JSON.stringify({ first: { orderedItems: [1] }, note: '"orderedItems": [2]', orderedItems: [3] });
    expect(cut(new ArraySplitter(0), Buffer.from(text), [7]).map(valueOf)).toEqual([3]);
  });

  it('keeps a broken item to itself', () => {
    const bytes = Buffer.from('[{"a":1},{"b":},nonsense,{"c":3}]');
    expect(cut(new ArraySplitter(0), bytes, [5]).map(({ bytes: item }) => item?.toString())).toEqual(['{"a":1}', '{"b":}', 'nonsense', '{"c":3}']);
  });

  it('passes over what is too long, without keeping it', () => {
    const bytes = Buffer.from(JSON.stringify(['x'.repeat(500), 'short']));
    expect(cut(new ArraySplitter(0, 100), bytes, [30]).map(({ bytes: item }) => item?.toString())).toEqual([undefined, '"short"']);
  });
});

describe('cutting lines', () => {
  it('finds every line, wherever the chunks end, and goes on behind any of them', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), sizes, fc.nat(), fc.boolean(), (values, chunks, n, endsInNewline) => {
        const bytes = Buffer.from(values.map((value) => JSON.stringify(value)).join('\n') + (endsInNewline ? '\n' : ''));
        const all = cut(new LineSplitter(0), bytes, chunks);
        expect(all.map(valueOf)).toEqual(JSON.parse(JSON.stringify(values)));
        const from = all[n % all.length];
        if (from !== undefined) expect(cut(new LineSplitter(from.end), bytes.subarray(from.end), chunks)).toEqual(all.slice((n % all.length) + 1));
      }),
    );
  });

  it('passes over a line that is too long, without keeping it', () => {
    expect(cut(new LineSplitter(0, 10), Buffer.from(`${'x'.repeat(50)}\n"ok"\n`), [8]).map(({ bytes }) => bytes?.toString())).toEqual([undefined, '"ok"']);
  });
});
