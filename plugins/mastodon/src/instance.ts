import type { MediaAbilities } from '@earshot/plugin-sdk';
import type { z } from 'zod';
import { ask, type Caller, demandSuccess, read } from './client.js';
import { instanceSchema } from './documents.js';

export interface Instance {
  readonly characters: number;
  readonly perUrl: number;
  /** Which images it takes; absent where it takes none. */
  readonly images?: MediaAbilities;
  /** Base address of its streams (`wss://…`), where it names one. */
  readonly streaming?: string;
  /** It says which versions of the API it has, as Mastodon does from 4.3 on. */
  readonly versioned: boolean;
  /** Its local timeline, or its hashtags, are for its own people with a role alone (4.5 on). */
  readonly closed: { readonly local: boolean; readonly hashtags: boolean };
}

/** What Mastodon has had since its first day; what a server says counts. */
const usual = { characters: 500, perUrl: 23, images: 4, description: 1_500, imageBytes: 8_000_000, imageTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] };
const RENEW_MS = 3_600_000;

const kept = new Map<string, { readonly at: number; readonly instance: Instance }>();

const positive = (value: number | null | undefined, otherwise: number): number => (value !== null && value !== undefined && Number.isInteger(value) && value > 0 ? value : otherwise);

const imagesOf = (configuration: z.output<typeof instanceSchema>['configuration']): { readonly images?: MediaAbilities } => {
  const told = configuration?.media_attachments;
  const mediaTypes = (told?.supported_mime_types ?? usual.imageTypes).filter((type) => /^image\/[a-z0-9.+-]{1,60}$/.test(type));
  if (mediaTypes.length === 0) return {};
  const pixels = positive(told?.image_matrix_limit, 0);
  return {
    images: {
      mostImages: positive(configuration?.statuses?.max_media_attachments, usual.images), mediaTypes, mostBytes: positive(told?.image_size_limit, usual.imageBytes),
      ...(pixels === 0 ? {} : { mostPixels: pixels }), alt: { limit: positive(told?.description_limit, usual.description), unit: 'character' },
    },
  };
};

const instanceOf = ({ configuration, urls, api_versions: versions, max_toot_chars: old }: z.output<typeof instanceSchema>): Instance => {
  const streaming = configuration?.urls?.streaming ?? urls?.streaming_api;
  return {
    characters: positive(configuration?.statuses?.max_characters, positive(old, usual.characters)),
    versioned: versions !== null && versions !== undefined,
    closed: { local: configuration?.timelines_access?.live_feeds?.local === 'disabled', hashtags: configuration?.timelines_access?.hashtag_feeds?.remote === 'disabled' },
    ...imagesOf(configuration),
    perUrl: positive(configuration?.statuses?.characters_reserved_per_url, usual.perUrl),
    ...(streaming !== null && streaming !== undefined && /^wss?:\/\//i.test(streaming) && URL.canParse(streaming) ? { streaming } : {}),
  };
};

/** What the server says of itself, by its newer document or else by the older one; an hour old at most. Never its software's name. */
export const instanceFor = async (caller: Caller): Promise<Instance> => {
  const { server } = caller.settings;
  const now = caller.now().getTime();
  const before = kept.get(server);
  if (before !== undefined && now >= before.at && now - before.at < RENEW_MS) return before.instance;
  const newer = await ask('/api/v2/instance', caller);
  const answer = newer.status === 200 && instanceSchema.safeParse(newer.body).success ? newer : newer.status >= 400 && newer.status < 500 && newer.status !== 429 ? await ask('/api/v1/instance', caller) : newer;
  const instance = instanceOf(read(instanceSchema, demandSuccess(answer, caller), caller));
  kept.set(server, { at: now, instance });
  return instance;
};
