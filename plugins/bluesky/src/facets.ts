import { z } from 'zod';

export type Feature =
  | { readonly $type: 'app.bsky.richtext.facet#mention'; readonly did: string }
  | { readonly $type: 'app.bsky.richtext.facet#link'; readonly uri: string }
  | { readonly $type: 'app.bsky.richtext.facet#tag'; readonly tag: string };

const facetSchema = z.object({
  index: z.object({ byteStart: z.int().min(0), byteEnd: z.int().min(0) }),
  features: z.array(z.unknown()),
});
const featureSchema = z.discriminatedUnion('$type', [
  z.object({ $type: z.literal('app.bsky.richtext.facet#mention'), did: z.string().startsWith('did:') }),
  z.object({ $type: z.literal('app.bsky.richtext.facet#link'), uri: z.string() }),
  z.object({ $type: z.literal('app.bsky.richtext.facet#tag'), tag: z.string().min(1) }),
]);

/** What a text's facets stand for, in order. Facets that lie outside of the text, or are none, count for nothing, as in the network's own apps. */
export const featuresIn = (text: string, facets: readonly unknown[]): readonly Feature[] => {
  const bytes = Buffer.byteLength(text);
  return facets.flatMap((facet) => {
    const read = facetSchema.safeParse(facet);
    if (!read.success || read.data.index.byteStart >= read.data.index.byteEnd || read.data.index.byteEnd > bytes) return [];
    return read.data.features.flatMap((feature) => featureSchema.safeParse(feature).data ?? []);
  });
};
