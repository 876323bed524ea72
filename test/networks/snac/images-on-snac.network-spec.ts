import { afterAll, beforeAll, expect, it } from '@jest/globals';
import mastodon from '@earshot/plugin-mastodon';
import { anAttempt, anImage, fakeClock, fakeCtx } from '@earshot/plugin-testing';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson } from './snac-person.js';
import { SnacServer } from './snac-server.js';

/** Images by the Mastodon API, on a server that is not Mastodon. */
let yard: Yard;
let harbour: SnacServer;
let library: SnacPerson;

beforeAll(async () => {
  yard = await Yard.open();
  harbour = await SnacServer.start(yard, await fetchSnac(yard), 'harbour');
  library = await harbour.addPerson('library');
}, 180_000);
afterAll(() => yard.close());

const settingsOf = (told: object) => (mastodon.account as NonNullable<typeof mastodon.account>).settings.parse(told);
// It closes connections that it kept open.
const alone: typeof fetch = (input, init) => fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), connection: 'close' } });
const ctx = () => fakeCtx({ settings: settingsOf({ server: harbour.url }), secrets: { accessToken: library.accessToken }, fetch: alone, clock: fakeClock(new Date()) });

it('goes with its alternative text, is found by it, and is still there once the words were edited', async () => {
  const { responder } = mastodon;
  const image = anImage({ alt: 'Nothing but grey, "quoted" & ümlaut.' });
  const { to: _, ...toNobody } = anAttempt({ text: 'This is how it looks.', firstTriedAt: new Date(), lastTriedAt: new Date() });
  expect((await responder?.abilities(undefined, ctx()))?.media?.mediaTypes).toContain('image/png');
  const uploaded = (await responder?.upload?.(image, ctx())) ?? '';
  const sent = await responder?.send({ ...toNobody, media: [{ ...image, uploaded }] }, ctx());
  expect(await responder?.find({ ...toNobody, media: [image] }, ctx())).toEqual(sent);
  expect(await library.own()).toMatchObject([{ media_attachments: [{ type: 'image', description: image.alt }] }]);
  await responder?.change?.(sent ?? { network: 'activitypub', id: '' }, { text: 'This is how it looked.' }, ctx());
  expect(await library.own()).toMatchObject([{ content: expect.stringContaining('looked'), media_attachments: [{ type: 'image', description: image.alt }] }]);
});
