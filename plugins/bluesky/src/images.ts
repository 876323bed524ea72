import type { AttachedImage, MediaAbilities } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { refusedHere } from './remote-errors.js';
import { query } from './session.js';
import type { BlueskyCtx } from './settings.js';

/**
 * NOTE: `maxLength` and `maxSize` of the lexicon app.bsky.embed.images (@atproto/api 0.19.19, seen 2026-11-28). It bounds no alternative text; the app, which
 * shows them, writes 2,000 characters at most.
 */
export const IMAGES: MediaAbilities = { mostImages: 4, mediaTypes: ['image/jpeg', 'image/png', 'image/webp'], mostBytes: 2_000_000, alt: { limit: 2_000, unit: 'grapheme' } };

/** As it stands in the record that shows it: whatever the server says of it is kept. */
const blobSchema = z.looseObject({ $type: z.literal('blob'), ref: z.object({ $link: z.string().min(1) }) });

/** Into our own repository, where what no record names is cleared away after a while. */
export const upload = async ({ bytes, mediaType }: AttachedImage, ctx: BlueskyCtx): Promise<string> => {
  const { blob } = await query(ctx, { nsid: 'com.atproto.repo.uploadBlob', blob: { bytes, mediaType } }, z.object({ blob: blobSchema }), 'blob');
  return JSON.stringify(blob);
};

const blobOf = ({ uploaded }: AttachedImage): object => {
  if (uploaded === undefined) throw refusedHere('An image was not handed over to Bluesky before the post that shows it.');
  return blobSchema.parse(JSON.parse(uploaded));
};

/** What a record shows these images by. */
export const embedOf = (images: readonly AttachedImage[]): { readonly embed?: object } => {
  if (images.length === 0) return {};
  return { embed: { $type: 'app.bsky.embed.images', images: images.map((image) => ({ alt: image.alt, image: blobOf(image), aspectRatio: { width: image.width, height: image.height } })) } };
};
