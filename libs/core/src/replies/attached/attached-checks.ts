import type { MediaAbilities } from '@earshot/plugin-sdk';
import type { AttachmentRow } from '../../attachments/index.js';
import type { Check } from '../checks/check.js';
import { textChecks } from '../checks/text-checks.js';
import { lengthOf } from '../reply-length.js';
import { AlternativeTextMissing, AlternativeTextTooLong, ImageNotTaken, ImagesNotTaken, TooManyImages } from './attached-checks.model.js';

/** Of a network that nothing is known of, or towards which a person does it. */
export const anyMedia: MediaAbilities = { mostImages: Infinity, mediaTypes: ['image/jpeg', 'image/png'], mostBytes: Infinity, alt: { limit: Infinity, unit: 'character' } };

/** What speaks against sending these images where this is taken. Pure. */
export const attachedChecks = (images: readonly AttachmentRow[], media: MediaAbilities | undefined): readonly Check[] => {
  if (images.length === 0) return [];
  const missing = images.filter(({ alt }) => alt === '').map(({ id }) => id);
  return [
    ...(missing.length === 0 ? [] : [new AlternativeTextMissing(missing)]),
    ...images.flatMap(({ alt }) => textChecks(alt)),
    ...(media === undefined ? [new ImagesNotTaken()] : takenChecks(images, media)),
  ];
};

const takenChecks = (images: readonly AttachmentRow[], media: MediaAbilities): readonly Check[] => [
  ...(images.length > media.mostImages ? [new TooManyImages(images.length, media.mostImages)] : []),
  ...images.flatMap((image) => {
    const because = notTakenBecause(image, media);
    return because === undefined ? [] : [new ImageNotTaken(image.id, because)];
  }),
  ...images.flatMap(({ id, alt }) => {
    const length = lengthOf(alt, media.alt);
    return length > media.alt.limit ? [new AlternativeTextTooLong(id, length, media.alt)] : [];
  }),
];

const notTakenBecause = ({ mediaType, size, width, height }: AttachmentRow, { mediaTypes, mostBytes, mostPixels = Infinity }: MediaAbilities): string | undefined => {
  if (!mediaTypes.includes(mediaType)) return `it takes ${mediaTypes.join(', ')}, and this is ${mediaType}. Save it as another kind, and attach that instead.`;
  if (size > mostBytes) return `it takes ${Math.floor(mostBytes / 1_000)} kB at most, and this has ${Math.ceil(size / 1_000)}. Make it smaller, and attach that instead.`;
  if (width * height > mostPixels) return `it takes ${Math.floor(mostPixels / 1_000)} thousand pixels at most, and this has ${Math.ceil((width * height) / 1_000)} thousand. Make it smaller, and attach that instead.`;
  return undefined;
};
