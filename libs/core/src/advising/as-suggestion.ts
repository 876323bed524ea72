import type { Suggestion } from '@earshot/plugin-sdk';
import type { SuggestionRow } from './advice.row.js';

/** Of a resource that can be cited, as advisors know it. */
export const asSuggestion = (row: SuggestionRow & { readonly cite: string }): Suggestion => ({
  title: row.title,
  cite: new URL(row.cite),
  // Stored as it came through the schema of the contract.
  identifiers: row.identifiers as Suggestion['identifiers'],
  ...(row.summary === null ? {} : { summary: row.summary }),
  ...(row.cover === null ? {} : { cover: new URL(row.cover) }),
  ...(row.availability === null || row.availabilityAt === null ? {} : { availability: { text: row.availability, at: row.availabilityAt } }),
  ...(row.starts === null ? {} : { starts: row.starts }),
});

/** Not what staff wrote themselves. */
export const isCited = (row: SuggestionRow): row is SuggestionRow & { readonly cite: string } => row.cite !== null;
