import type { Sharp, SharpOptions } from 'sharp';
import { PlatformError } from '../errors/index.js';

export type MediaType = 'image/jpeg' | 'image/png';

/** An image as it is stored: upright, in sRGB, with nothing in it but the picture. */
export interface EncodedImage {
  readonly bytes: Buffer;
  readonly mediaType: MediaType;
  readonly width: number;
  readonly height: number;
}

/** Of a file that is decoded at all: more than any camera of a library makes, and told by its first bytes. */
export const mostPixels = 50_000_000;
const longestEdge = 2_048;
/**
 * What the strictest of the networks takes.
 * NOTE: `maxSize` of an image in the lexicon app.bsky.embed.images (@atproto/api 0.19.19, seen 2026-11-28); it was 1,000,000 before.
 */
const mostBytes = 2_000_000;
const longestSeconds = 30;

/** Tried in turn until one is small enough. */
const asPhotograph = [[longestEdge, 84], [longestEdge, 72], [1_536, 72], [1_024, 64]] as const;

const decoders = { jpeg: 'VipsForeignLoadJpeg', png: 'VipsForeignLoadPng', webp: 'VipsForeignLoadWebp', gif: 'VipsForeignLoadNsgif' } as const;
/** Drawn rather than photographed: edges that a JPEG would blur. */
const isDrawn = (format: string): boolean => format === 'png' || format === 'gif';

type Engine = (input: Buffer, options: SharpOptions) => Sharp;
let engine: Promise<Engine> | undefined;

/** Loaded with the first image: eighteen megabytes of libraries that a process without uploads does not pay for. Nothing is cached, and each image has one thread. */
const load = async (): Promise<Engine> => {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  // It reads vector graphics, TIFF and more, each by a library of its own: what we do not take is not even looked at.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(decoders) });
  return sharp;
};

const refused = (words: string, cause?: unknown): PlatformError => new PlatformError('BAD_INPUT', words, undefined, { cause });

/** An image that was uploaded, made anew. @throws PlatformError BAD_INPUT */
export const encodeImage = async (uploaded: Buffer): Promise<EncodedImage> => {
  engine ??= load();
  const sharp = await engine;
  const open = (): Sharp => sharp(uploaded, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true }).timeout({ seconds: longestSeconds });
  // Sharp's own bound would refuse without saying why; of a head nothing is decoded.
  const format = await formatOf(sharp(uploaded, { limitInputPixels: false }));
  try {
    return (await drawn(open(), format)) ?? (await photographed(open));
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw refused('This image is broken, or takes too long to read: save it anew, as JPEG or PNG, and upload that.', error);
  }
};

/** Told by the head of the file: nothing is decoded yet. */
const formatOf = async (image: Sharp): Promise<string> => {
  let head: Awaited<ReturnType<Sharp['metadata']>>;
  try {
    head = await image.metadata();
  } catch (error) {
    throw refused('This is no image that can be read here: upload a JPEG, a PNG, a WebP or a still GIF.', error);
  }
  if (!(head.format in decoders)) throw refused('Upload a JPEG, a PNG, a WebP or a still GIF.');
  if ((head.pages ?? 1) > 1) throw refused('This image moves: upload a still one.');
  if (head.width * head.height > mostPixels) throw refused(`This image has ${Math.round((head.width * head.height) / 1_000_000)} megapixels; ${mostPixels / 1_000_000} are allowed: make it smaller.`);
  return head.format;
};

const upright = (image: Sharp, edge: number): Sharp => image.autoOrient().resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true }).toColourspace('srgb');

/** Undefined where it is none, or too large as one. */
const drawn = async (image: Sharp, format: string): Promise<EncodedImage | undefined> => {
  if (!isDrawn(format)) return undefined;
  const { data, info } = await upright(image, longestEdge).png({ compressionLevel: 9 }).toBuffer({ resolveWithObject: true });
  return data.length > mostBytes ? undefined : { bytes: data, mediaType: 'image/png', width: info.width, height: info.height };
};

const photographed = async (open: () => Sharp): Promise<EncodedImage> => {
  for (const [edge, quality] of asPhotograph) {
    const { data, info } = await upright(open(), edge).flatten({ background: '#ffffff' }).jpeg({ quality }).toBuffer({ resolveWithObject: true });
    if (data.length <= mostBytes) return { bytes: data, mediaType: 'image/jpeg', width: info.width, height: info.height };
  }
  throw refused('This image cannot be made small enough for a network: take another.');
};
