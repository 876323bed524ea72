import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import type { Operation } from '../garbage/api-operations.js';
import { type Office, failedJobAt, furnish } from '../garbage/office.js';
import type { Scene, SceneLibrary } from '../support/scene.js';
import type { WholeApp } from '../support/whole-app.js';
import { alike } from './alike.js';
import { askOperation, goodVariables, inBunches } from './ask-operation.js';
import { startAttacked } from './attacked-app.js';

/** Stands in all that the other library made of the thread, and in nothing that the town said. */
const theirs = 'zqtheirs';

let app: WholeApp;
let scene: Scene;
let schema: GraphQLSchema;
let operations: readonly Operation[];

beforeAll(async () => {
  ({ app, scene, schema, operations } = await startAttacked());
}, 120_000);
afterAll(async () => {
  await app?.close();
  await scene?.close();
});

describe.each([
  ['a library beside ours', true],
  ['a library of another consortium', false],
])('a thread that %s hears as well', (_who, beside) => {
  let [ours, their]: readonly [SceneLibrary, SceneLibrary] = [] as never;
  let [here, there]: readonly [Office, Office] = [] as never;

  beforeAll(async () => {
    const county = await scene.library();
    ours = await scene.library({ name: 'ours', parent: county });
    their = await scene.library({ name: theirs, ...(beside ? { parent: county } : {}) });
    there = await furnish(scene, their, theirs, () => failedJobAt(app, scene, their));
    // What the town says is everybody's, and says nothing of them.
    await scene.query(`update post set text = 'Who knows about cellars?' where id = $1`, [there.ids.post]);
    await scene.query(`update finding set restated = 'cellars' where post_id = $1`, [there.ids.post]);
    const office = await furnish(scene, ours, 'ours', () => failedJobAt(app, scene, ours));
    const [{ thread_id: thread } = { thread_id: '' }] = await scene.query<{ thread_id: string }>('select thread_id from post where id = $1', [there.ids.post]);
    const conversation = await scene.conversation(ours, thread, { top_post_id: there.ids.post });
    await scene.hearing(ours, conversation, there.ids.post);
    here = { ...office, ids: { ...office.ids, conversation, post: there.ids.post, profile: there.ids.profile, finding: there.ids.finding } };
  }, 60_000);

  const act = async (text: string, variables: object): Promise<void> => {
    const { errors } = await app.ask(there.caller, text, variables);
    expect(errors).toBeUndefined();
  };
  /** What our staff are told, by every query; people who may be erased by both are a matter of the rights of both. */
  const answers = async (): Promise<Readonly<Record<string, string>>> => {
    const told: Record<string, string> = {};
    await inBunches(operations.filter(({ kind, name }) => kind === 'query' && !(beside && name === 'followSuggestions')), async (operation) => {
      told[operation.name] = (await askOperation(app.url, schema, operation, here.caller, goodVariables(operation, here))).text;
    });
    return told;
  };

  it('keeps what each made of it to itself: notes, tags, drafts, assignees, marks, advice, outcomes', async () => {
    // What asking brings by itself, such as a look at the thread, is there before.
    await answers();
    const before = await answers();
    const [conversationId, findingId] = [there.ids.conversation, there.ids.finding];
    await act('mutation($c: ID!, $t: String!) { addNote(conversationId: $c, body: $t) { __typename } }', { c: conversationId, t: `${theirs} a note` });
    await act('mutation($c: ID!, $t: String!) { tag(conversationId: $c, name: $t) { __typename } }', { c: conversationId, t: theirs });
    await act('mutation($c: ID!, $p: ID!) { assign(conversationId: $c, assigneeId: $p) { __typename } }', { c: conversationId, p: there.ids.person });
    await act('mutation($c: ID!, $f: ID!) { markFinding(conversationId: $c, findingId: $f, right: true) { __typename } }', { c: conversationId, f: findingId });
    await act('mutation($c: ID!, $a: ID!, $p: ID!, $t: String!) { draftReply(conversationId: $c, accountId: $a, toPostId: $p, text: $t) { __typename } }', { c: conversationId, a: there.ids.account, p: there.ids.post, t: `${theirs} a draft` });
    await act('mutation($c: ID!, $t: String!) { askAdvisors(conversationId: $c, need: $t) { __typename } }', { c: conversationId, t: theirs });
    await act('mutation($c: ID!, $t: String!) { close(conversationId: $c, outcome: helped, unmetNeed: $t) { __typename } }', { c: conversationId, t: theirs });
    await act('mutation($input: DoNotInput!) { addDoNot(input: $input) { __typename } }', { input: { libraryId: their.id, act: 'contact', target: 'profile', profileId: there.ids.profile, reason: 'spam' } });
    const after = await answers();
    expect(Object.fromEntries(Object.entries(after).map(([name, text]) => [name, alike(text)]))).toEqual(Object.fromEntries(Object.entries(before).map(([name, text]) => [name, alike(text)])));
    for (const [name, text] of Object.entries(after)) expect([name, text.replaceAll(`"Library_name":"${theirs}"`, '').includes(theirs)]).toEqual([name, false]);
  }, 120_000);

  it('is shown by each to its own staff with all of it', async () => {
    const seen: string[] = [];
    await inBunches(operations.filter(({ kind }) => kind === 'query'), async (operation) => {
      const { text } = await askOperation(app.url, schema, operation, there.caller, goodVariables(operation, there));
      if (text.includes(theirs)) seen.push(operation.name);
    });
    for (const name of ['conversation', 'conversations']) expect(seen).toContain(name);
  }, 120_000);

  it('gives our staff nothing to say about what they made of it', async () => {
    const writes = ['mutation($id: ID!) { editReply(id: $id, text: "ours") { __typename } }', 'mutation($id: ID!) { submitReply(id: $id) { __typename } }', 'mutation($id: ID!) { withdrawReply(id: $id) { __typename } }', 'mutation($id: ID!) { approveReply(id: $id, version: 1) { __typename } }'];
    for (const write of writes) expect(await app.ask(here.caller, write, { id: there.ids.draft })).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    // A note under the id of a note of theirs is ours all the same: written once more, under an id of its own.
    await app.ask(here.caller, 'mutation($c: ID!, $n: ID!) { addNote(conversationId: $c, noteId: $n, body: "ours again") { __typename } }', { c: here.ids.conversation, n: there.ids.note });
    expect(await scene.query(`select body from note where id = $1 or (body = 'ours again' and library_id = $2) order by body`, [there.ids.note, ours.id])).toEqual([{ body: 'ours again' }, { body: theirs }]);
    // Erasing and handing out reach what both have: they are for whoever administers both.
    expect(await app.ask(here.caller, 'mutation($id: ID!) { erasePerson(profileId: $id) { __typename } }', { id: there.ids.profile })).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(await app.ask(here.caller, 'mutation($id: ID!) { exportPerson(profileId: $id) }', { id: there.ids.profile })).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});
