import { limits, type Post, type PostMedia } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { postRef } from './refs.js';

type Embedded = Pick<Post, 'link' | 'quotes'> & { readonly media: readonly PostMedia[] };

const blobSchema = z.union([z.object({ ref: z.object({ $link: z.string() }) }).transform(({ ref }) => ref.$link), z.object({ cid: z.string() }).transform(({ cid }) => cid)]);
const imagesSchema = z.object({ images: z.array(z.object({ image: blobSchema, alt: z.string().optional() })) });
const videoSchema = z.object({ video: blobSchema, alt: z.string().optional() });
const externalSchema = z.object({ external: z.object({ uri: z.string(), title: z.string().optional() }) });
const recordSchema = z.object({ record: z.object({ uri: z.string() }) });
const withMediaSchema = z.object({ record: z.unknown(), media: z.unknown() });
const typedSchema = z.object({ $type: z.string() });

const nothing: Embedded = { media: [] };
const safe = (part: string): string => encodeURIComponent(part).replaceAll('%3A', ':');
const described = (alt: string | undefined) => (alt === undefined || alt === '' ? {} : { alt: alt.slice(0, limits.passage) });

/** Bluesky's own servers of pictures and films, which know those of every data server. */
const pictureAt = (did: string, cid: string): string => `https://cdn.bsky.app/img/feed_fullsize/plain/${safe(did)}/${safe(cid)}@jpeg`;
const filmAt = (did: string, cid: string): string => `https://video.bsky.app/watch/${safe(did)}/${safe(cid)}/playlist.m3u8`;

export const isWebAddress = (text: string): boolean => /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.canParse(text) && text.length <= limits.url;

/** What a record carries beside its words: pictures, a film, a card, a quoted post. Of kinds that are not known nothing is shown. */
export const mapEmbed = (embed: unknown, did: string): Embedded => {
  switch (typedSchema.safeParse(embed).data?.$type) {
    case 'app.bsky.embed.images': {
      const images = imagesSchema.safeParse(embed).data?.images ?? [];
      return { media: images.slice(0, limits.media).map(({ image, alt }) => ({ url: pictureAt(did, image), kind: 'image', ...described(alt) })) };
    }
    case 'app.bsky.embed.video': {
      const film = videoSchema.safeParse(embed).data;
      return film === undefined ? nothing : { media: [{ url: filmAt(did, film.video), kind: 'video', ...described(film.alt) }] };
    }
    case 'app.bsky.embed.external': {
      const card = externalSchema.safeParse(embed).data?.external;
      if (card === undefined || !isWebAddress(card.uri)) return nothing;
      return { media: [], link: { url: card.uri, ...(card.title === undefined || card.title === '' ? {} : { title: card.title.slice(0, limits.line) }) } };
    }
    case 'app.bsky.embed.record': {
      const uri = recordSchema.safeParse(embed).data?.record.uri;
      return uri?.includes('/app.bsky.feed.post/') === true ? { media: [], quotes: [postRef(uri)] } : nothing;
    }
    case 'app.bsky.embed.recordWithMedia': {
      const both = withMediaSchema.safeParse(embed).data;
      const { quotes } = mapEmbed({ $type: 'app.bsky.embed.record', ...(typeof both?.record === 'object' ? both.record : {}) }, did);
      // Never another pair inside: the lexicon allows media alone.
      const media = typedSchema.safeParse(both?.media).data?.$type === 'app.bsky.embed.recordWithMedia' ? nothing : mapEmbed(both?.media, did);
      return { ...media, ...(quotes === undefined ? {} : { quotes }) };
    }
    default:
      return nothing;
  }
};
