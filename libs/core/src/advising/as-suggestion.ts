import type { Suggestion } from '@earshot/plugin-sdk';
import type { SuggestionRow } from './advice.row.js';

/** As advisors know it. */
export const asSuggestion = (row: SuggestionRow): Suggestion => ({
  title: row.title,
  cite: new URL(row.cite),
  // Stored as it came through the schema of the contract.
  identifiers: row.identifiers as Suggestion['identifiers'],
  ...(row.summary === null ? {} : { summary: row.summary }),
  ...(row.cover === null ? {} : { cover: new URL(row.cover) }),
  ...(row.availability === null || row.availabilityAt === null ? {} : { availability: { text: row.availability, at: row.availabilityAt } }),
  ...(row.starts === null ? {} : { starts: row.starts }),
});
