import type { Index, IndexedDocument } from '@earshot/plugin-sdk';

/** An {@link Index} in memory: finds documents that hold every word of a query in any field, in the order in which they came. */
export interface FakeIndex extends Index {
  readonly documents: readonly IndexedDocument[];
}

/** An empty {@link FakeIndex}. `replace` keeps the old documents when the new ones break off, as the host does. */
export const fakeIndex = (): FakeIndex => {
  let documents: readonly IndexedDocument[] = [];
  return {
    get documents() {
      return documents;
    },
    replace: async (docs) => {
      documents = await Array.fromAsync(docs);
    },
    search: async (query, limit) => {
      const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      const holds = ({ fields }: IndexedDocument): boolean => {
        const text = Object.values(fields).join(' ').toLowerCase();
        return words.every((word) => text.includes(word));
      };
      return documents.filter(holds).slice(0, limit).map(({ suggestion }) => suggestion);
    },
  };
};
