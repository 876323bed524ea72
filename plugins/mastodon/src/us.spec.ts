import { expect, it } from '@jest/globals';
import { anAccount, HOST, library } from './testing/documents.js';
import { FakeServer } from './testing/fake-server.js';
import { onServer } from './testing/on-server.js';
import { identify, ourRef } from './us.js';

const us = { network: 'activitypub', id: 'https://alder.example/users/library', local: { host: HOST, id: '10' } };

it('says who we are, and remembers it by ids alone', async () => {
  const server = new FakeServer();
  const ctx = onServer(server);
  expect(await identify(ctx)).toMatchObject({ ref: us, handle: 'library@alder.example' });
  expect(await ourRef(ctx)).toEqual(us);
  expect(server.asked).toHaveLength(1);
  expect([...ctx.stored]).toEqual([['us', { host: HOST, id: '10', uri: us.id }]]);
});

it('looks for our global id where the server tells it of everybody but us (snac)', async () => {
  const server = new FakeServer();
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => (String(input).includes('verify_credentials') ? Response.json({ ...anAccount('library', '10'), uri: undefined }) : server.fetch(input, init));
  expect((await identify(onServer(server, { fetch }))).ref).toEqual({ ...us, id: library.uri });
});

it.each([401, 403, 422])('is a lost sign-in where the server says %i', async (status) => {
  await expect(identify(onServer(new FakeServer(), { fetch: async () => Response.json({ error: 'no' }, { status }) }))).rejects.toMatchObject({ kind: 'auth' });
});
