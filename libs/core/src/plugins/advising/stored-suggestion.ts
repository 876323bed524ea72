import { type Suggestion, suggestionSchema } from '@earshot/plugin-sdk';

/** A suggestion as JSON holds it: addresses and moments as text. */
export const writeSuggestion = (suggestion: Suggestion): string => JSON.stringify(suggestion);

interface Written extends Omit<Suggestion, 'cite' | 'cover' | 'availability' | 'starts'> {
  readonly cite: string;
  readonly cover?: string;
  readonly availability?: { readonly text: string; readonly at: string };
  readonly starts?: string;
}

/** @throws ZodError where it was not written by {@link writeSuggestion} */
export const readSuggestion = (stored: unknown): Suggestion => {
  const { cite, cover, availability, starts, ...same } = stored as Written;
  return suggestionSchema.parse({
    ...same,
    cite: URL.parse(cite),
    ...(cover === undefined ? {} : { cover: URL.parse(cover) }),
    ...(availability === undefined ? {} : { availability: { text: availability.text, at: new Date(availability.at) } }),
    ...(starts === undefined ? {} : { starts: new Date(starts) }),
  });
};
