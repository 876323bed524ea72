import type { AttachedImage, Attempt } from '@earshot/plugin-sdk';
import { anAttempt, anImage } from '@earshot/plugin-testing';
import { describe, expect, it } from '@jest/globals';
import { uploading } from './images.js';
import { refOf } from './map-account.js';
import { mastodonResponder as responder } from './responder.js';
import { HOST, type Json, library, paper } from './testing/documents.js';
import { FakeServer, NOW } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';

const image = anImage({ alt: 'Der "Pier"\r\nbei Nacht 🌃' });
/** Of a server that is not waited for. */
const waited: number[] = [];
const upload = uploading(async (ms) => void waited.push(ms));
const asking = (server = new FakeServer()) => ({ server, question: server.say(paper, new Date(NOW.getTime() - 3_600_000).toISOString(), 'Where is the ferry?') });
const attempt = (to: Json, changes: Partial<Attempt> = {}): Attempt => anAttempt({ to: refOf(HOST, to.id as string, to.uri as string), text: 'At the old pier.', firstTriedAt: NOW, lastTriedAt: NOW, ...changes });
const handed = async (server: FakeServer, ...images: readonly AttachedImage[]): Promise<readonly AttachedImage[]> => {
  const all: AttachedImage[] = [];
  for (const each of images) all.push({ ...each, uploaded: await upload(each, onServer(server)) });
  return all;
};
const posted = (server: FakeServer): Json | undefined => server.statuses.findLast(({ account }) => account === library);

describe('an image', () => {
  it('is uploaded with what it shows, to the byte, and named by the post', async () => {
    const { server, question } = asking();
    await responder.send(attempt(question, { media: await handed(server, image, anImage({ mediaType: 'image/jpeg' })) }), onServer(server));
    expect(server.media).toMatchObject([{ description: image.alt, mediaType: 'image/png' }, { mediaType: 'image/jpeg' }]);
    expect(server.media[0]?.bytes).toEqual(Buffer.from(image.bytes));
    expect(posted(server)).toMatchObject({ media_attachments: [{ id: '500' }, { id: '501' }] });
  });

  it('is waited for while the server works on it', async () => {
    const { server } = asking();
    [server.busy, waited.length] = [3, 0];
    expect(await upload(image, onServer(server))).toBe('500');
    expect(server.asked.filter((each) => each.includes('/media'))).toEqual(['POST /api/v2/media', 'GET /api/v1/media/500', 'GET /api/v1/media/500', 'GET /api/v1/media/500']);
    expect(waited).toEqual([500, 1_000, 2_000]);
  });

  it('is not waited for for ever, and nothing has left then', async () => {
    const { server } = asking();
    [server.busy, waited.length] = [1_000, 0];
    await expect(upload(image, onServer(server))).rejects.toMatchObject({ kind: 'unreachable' });
    expect(waited.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(60_000);
  });

  it('is taken by servers that know the older way alone', async () => {
    const { server } = asking(new FakeServer({ media: 'older' }));
    expect(await upload(image, onServer(server))).toBe('500');
  });

  it.each([[401, 'auth'], [403, 'rejected'], [413, 'rejected'], [422, 'rejected'], [429, 'rate-limited'], [500, 'unreachable'], [503, 'unreachable']])('that is not taken (%s) has published nothing: %s', async (status, kind) => {
    const { server } = asking();
    await expect(upload(image, onServer(server, { fetch: async () => Response.json({ error: 'no' }, { status }) }))).rejects.toMatchObject({ kind });
    await expect(upload(image, onServer(server, { fetch: async () => { throw new TypeError('fetch failed'); } }))).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('that the server could not work with is refused by it later', async () => {
    const { server } = asking();
    server.busy = 5;
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => (init?.method === 'POST' ? server.fetch(input, init) : Response.json({ error: 'Validation failed' }, { status: 422 }));
    await expect(upload(image, onServer(server, { fetch }))).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('stays where the words are edited', async () => {
    const { server, question } = asking();
    const sent = await responder.send(attempt(question, { media: await handed(server, image) }), onServer(server));
    await responder.change?.(sent, { text: 'At the new pier.' }, onServer(server));
    expect(posted(server)).toMatchObject({ content: expect.stringContaining('new pier'), media_attachments: [{ id: '500' }] });
  });
});

describe('finding what went with images', () => {
  it('leaves the same words with other images to a person', async () => {
    const { server, question } = asking();
    const media = await handed(server, image);
    const sent = await responder.send(attempt(question, { media }), onServer(server));
    expect(await responder.find(attempt(question, { media: [image] }), onServer(server))).toEqual(sent);
    expect(await responder.find(attempt(question), onServer(server))).toBe('cannot-tell');
    expect(await responder.find(attempt(question, { media: [image, image] }), onServer(server))).toBe('cannot-tell');
  });
});

describe('which images it takes', () => {
  it('is told by the server, and is what Mastodon takes where it does not say', async () => {
    const usual = { mostImages: 4, mediaTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'], mostBytes: 8_000_000, alt: { limit: 1_500, unit: 'character' } };
    const { server, question } = asking(new FakeServer({ newer: false }, 'https://snac-images.example'));
    expect(await responder.abilities(undefined, onServer(server))).toMatchObject({ media: usual });
    expect(question).toBeDefined();
    const telling = new FakeServer({}, 'https://telling.example');
    const configuration = { statuses: { max_characters: 500, max_media_attachments: 2 }, media_attachments: { supported_mime_types: ['image/png', 'video/mp4'], description_limit: 300, image_size_limit: 1_000, image_matrix_limit: 99 } };
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => (new Request(input, init).url.endsWith('/instance') ? Response.json({ version: '4.5.0', configuration }) : telling.fetch(input, init));
    expect(await responder.abilities(undefined, onServer(telling, { fetch }))).toMatchObject({ media: { mostImages: 2, mediaTypes: ['image/png'], mostBytes: 1_000, mostPixels: 99, alt: { limit: 300, unit: 'character' } } });
  });

  it('is none where the token is of before: whoever wants images signs in again', async () => {
    const { server } = asking();
    const media = async (scope?: string): Promise<unknown> => (await responder.abilities(undefined, onServer(server, scope === undefined ? {} : { secrets: { scope } }))).media;
    expect([await media('read write:statuses'), await media('read write:statuses write:media'), await media('read write'), await media()].map((each) => each !== undefined)).toEqual([false, true, true, true]);
  });
});
