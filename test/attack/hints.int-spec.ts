import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { newId } from '../../libs/core/src/database/ids.js';
import { type Caller, type Office, failedJobAt, furnish } from '../garbage/office.js';
import { withEverything } from '../plugins/with-everything.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { nobodies, programAt } from './people.js';

interface Told { readonly kind: string; readonly id: string | null; readonly libraryId: string | null }

let app: WholeApp;
let scene: Scene;
let [ours, their]: readonly [SceneLibrary, SceneLibrary] = [] as never;
let [here, there]: readonly [Office, Office] = [] as never;
const open: Client[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  app = await startWholeApp(test, [withEverything]);
  const county = await scene.library();
  ours = await scene.library({ parent: county });
  their = await scene.library({ parent: county });
  here = await furnish(scene, ours, 'ours', () => failedJobAt(app, scene, ours));
  there = await furnish(scene, their, 'theirs', () => failedJobAt(app, scene, their));
}, 120_000);
afterAll(async () => {
  await app?.close();
  await scene?.close();
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.dispose();
});

/** As a browser on our own pages opens it, but for what `caller` says otherwise. */
const subscribe = (caller: Caller, libraries?: readonly string[]): AsyncIterableIterator<{ readonly data?: { readonly changed: Told } | null; readonly errors?: readonly { readonly message: string; readonly extensions: object }[] }> => {
  class Socket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers: { origin: app.url, ...caller } });
    }
  }
  const client = createClient({ url: `${app.url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, lazy: true, retryAttempts: 0 });
  open.push(client);
  return client.iterate({ query: 'subscription($libraries: [ID!]) { changed(libraries: $libraries) { kind id libraryId } }', variables: { libraries } }) as ReturnType<typeof subscribe>;
};
const rename = async ({ caller, ids }: Office): Promise<void> => {
  expect((await app.ask(caller, 'mutation($a: ID!) { renameAccount(accountId: $a, name: "renamed") { id } }', { a: ids.account })).errors).toBeUndefined();
};

describe('the subscription', () => {
  it('tells whoever has not signed in, or not any more, nothing', async () => {
    const told: string[] = [];
    for (const [who, caller] of Object.entries(await nobodies(scene, ours))) {
      // Our header is for scripts; a socket shows where it comes from instead.
      if (who === 'a session without our header, as another site sends it') continue;
      await subscribe(caller).next().then(({ value }) => told.push(`${who}: ${JSON.stringify(value)}`), () => undefined);
    }
    expect(told).toEqual([]);
  });

  it('tells a token without the scope to read nothing', async () => {
    const program = await programAt(scene, ours, (await scene.person(ours, 'administrator')), 'administrator', ['triage', 'follow', 'draft', 'administer']);
    expect((await subscribe(program.caller).next()).value).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('answers for the library of others as for one that there is not', async () => {
    const answerFor = async (library: string): Promise<string> => JSON.stringify((await subscribe(here.caller, [library]).next()).value).replaceAll(library, '<id>');
    const theirs = await answerFor(their.id);
    expect(theirs).toContain('NOT_FOUND');
    expect(theirs).toBe(await answerFor(newId()));
  });

  it('is silent about what a library beside ours does', async () => {
    const heard = subscribe(here.caller);
    expect((await heard.next()).value).toMatchObject({ data: { changed: { kind: 'read_again' } } });
    const theirs = subscribe(there.caller);
    await theirs.next();
    await app.ask(there.caller, 'mutation($c: ID!) { tag(conversationId: $c, name: "a tag") { __typename } }', { c: there.ids.conversation });
    await app.ask(there.caller, 'mutation($l: ID!) { createFollowList(libraryId: $l, name: "a list") { __typename } }', { l: their.id });
    await rename(there);
    // They are told of it; then something of ours happens, and is the first that we hear.
    expect((await theirs.next()).value).toMatchObject({ data: { changed: { libraryId: their.id } } });
    await rename(here);
    expect((await heard.next()).value).toMatchObject({ data: { changed: { libraryId: ours.id } } });
  });

  it('is closed by signing out', async () => {
    const leaver = await scene.person(ours, 'administrator');
    const session = await sessionOf(scene, leaver);
    const heard = subscribe(session);
    await heard.next();
    await fetch(`${app.url}/sign-out`, { method: 'POST', headers: { ...session, 'x-earshot': '1' } });
    for (let next = await heard.next(); !next.done; next = await heard.next()) expect(next.value).toMatchObject({ data: { changed: { kind: 'read_again' } } });
  });
});
