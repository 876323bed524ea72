import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLInputType, type GraphQLSchema, getNullableType, isInputObjectType, isListType } from 'graphql';
import { newId } from '../../libs/core/src/database/ids.js';
import { type Leaf, type Operation, argumentsWith, firstStepOf, goodArguments, leavesOf } from '../garbage/api-operations.js';
import { goodLeafOf } from '../garbage/api-values.js';
import { type Office, failedJobAt, furnish } from '../garbage/office.js';
import type { Scene, SceneLibrary } from '../support/scene.js';
import type { WholeApp } from '../support/whole-app.js';
import { alike } from './alike.js';
import { type Told, askOperation, count, goodVariables, inBunches, wayOf } from './ask-operation.js';
import { startAttacked } from './attacked-app.js';
import { fingerprintOf } from './rows-of.js';

/** Stands in every text of the library that is attacked. */
const theirs = 'zqtheirs';
/** What libraries of one consortium are told of each other, because they are one: whom others follow. */
const amongSiblings: readonly string[] = ['followSuggestions'];
/** What is meant for another library of the tree, and writes there: its own tests say what of ours it may tell. */
const forSiblings: readonly string[] = ['handOverToLibrary.toLibraryId'];
/** And that there is the other: each sees the tree in which it stands. */
const ofTheTree = (text: string, library: string): string => text.replaceAll(`"Library_name":"${theirs}"`, '').replaceAll(`"Library_id":"${library}"`, '');

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

/** An office of which nothing is there. */
const nowhere = (like: Office): Office => ({ ...like, ids: Object.fromEntries(Object.keys(like.ids).map((kind) => [kind, newId()])) as Office['ids'] });

/** Of one answer where it is no longer as the other. */
const difference = (one: string, other: string): string => {
  const [a, b] = [alike(one), alike(other)];
  const at = [...a].findIndex((sign, index) => sign !== b[index]);
  return a.slice(Math.max(0, at - 80), at + 120);
};

const isId = ({ type }: Leaf): boolean => String(getNullableType(type)) === 'ID';
const isWhole = (type: GraphQLInputType): boolean => isListType(getNullableType(type)) || isInputObjectType(getNullableType(type));

describe.each([
  ['beside ours', true],
  ['of another consortium', false],
])('a library %s', (_where, beside) => {
  let county: SceneLibrary;
  let their: SceneLibrary;
  let abroad: Office;
  /** All that names something of theirs. */
  let known: readonly string[];

  const furnished = async (at: SceneLibrary, word: string): Promise<Office> => furnish(scene, at, word, () => failedJobAt(app, scene, at));
  const ours = async (): Promise<Office> => furnished(await scene.library({ name: 'ours', parent: county }), 'ours');
  const ask = (operation: Operation, office: Office, variables: object): Promise<Told> => askOperation(app.url, schema, operation, office.caller, variables);
  /** What an answer says of them; what the caller sent may be said again. */
  const leaked = (told: Told, { name, way }: Operation, sent: object): string | undefined => {
    if (beside && amongSiblings.includes(way[0]?.field.name ?? name)) return undefined;
    const said = JSON.stringify(sent);
    const text = beside ? ofTheTree(told.text, their.id) : told.text;
    return text.includes(theirs) ? theirs : known.find((id) => text.includes(id) && !said.includes(id));
  };

  beforeAll(async () => {
    county = await scene.library({ name: 'county' });
    their = await scene.library({ name: theirs, ...(beside ? { parent: county } : {}) });
    abroad = await furnished(their, theirs);
    known = Object.entries(abroad.ids).filter(([kind]) => kind !== 'fresh').map(([, id]) => id);
  }, 60_000);

  it('is shown whole to its own staff: what must not be seen is there to be seen', async () => {
    const seen: string[] = [];
    await inBunches(operations.filter(({ kind }) => kind === 'query'), async (operation) => {
      const { text } = await ask(operation, abroad, goodVariables(operation, abroad));
      if (text.includes(theirs) || text.includes(abroad.ids.profile)) seen.push(operation.name);
    });
    for (const name of ['account', 'conversation', 'Conversation.posts', 'followList', 'follows', 'library', 'savedSearches', 'staffAt', 'profile', 'publishedList', 'boundLists', 'doNotList']) expect(seen).toContain(name);
  }, 120_000);

  it('is named by no id: each is answered as one that there is not, byte for byte', async () => {
    const before = await fingerprintOf(scene, their.id);
    const problems: string[] = [];
    let tried = 0;
    const twice = async (operation: Operation, place: string, of: (office: Office, at: Office) => Record<string, unknown>): Promise<void> => {
      const office = await ours();
      const nothing = await ask(operation, office, of(office, nowhere(office)));
      // What was answered may have changed something: the second is asked of an office like the first.
      const second = nothing.answered ? await ours() : office;
      const variables = of(second, abroad);
      const theirAnswer = await ask(operation, second, variables);
      tried++;
      const leak = leaked(theirAnswer, operation, variables);
      if (leak !== undefined) problems.push(`${operation.name}, ${place}: it tells ${leak}: ${theirAnswer.text.slice(0, 300)}`);
      const seesTheTree = beside && operation.name === 'library';
      if (!seesTheTree && (theirAnswer.status !== nothing.status || alike(theirAnswer.text) !== alike(nothing.text)))
        problems.push(`${operation.name}, ${place}: to what there is not "${difference(nothing.text, theirAnswer.text)}", to theirs "${difference(theirAnswer.text, nothing.text)}"`);
    };
    const inPlace = (operation: Operation, leaf: Leaf) => (office: Office, at: Office): Record<string, unknown> => ({
      ...argumentsWith(operation, goodLeafOf(operation, office, count), leaf, goodLeafOf(operation, at, count)(leaf.path, leaf.type)), ...wayOf(operation, office),
    });
    const onTheWay = (operation: Operation) => (office: Office, at: Office): Record<string, unknown> => ({ ...goodArguments(operation, goodLeafOf(operation, office, count)), ...wayOf(operation, at) });
    await inBunches(operations, async (operation) => {
      const places = leavesOf(operation).filter((leaf) => isId(leaf) && leaf.path.at(-1) !== 'key' && !(beside && forSiblings.includes(`${operation.name}.${leaf.path.join('.')}`)));
      for (const leaf of places) await twice(operation, leaf.path.join('.'), inPlace(operation, leaf));
      const step = firstStepOf(operation);
      if (step !== undefined && leavesOf(step).some(isId)) await twice(operation, 'on the way', onTheWay(operation));
      if (places.length > 1) await twice(operation, 'all of them', (_office, at) => goodVariables(operation, at));
    });
    expect(problems).toEqual([]);
    expect(tried).toBeGreaterThan(150);
    expect(await fingerprintOf(scene, their.id)).toEqual(before);
  }, 240_000);

  it('is in no list, count or page of ours, also by a cursor of theirs', async () => {
    const office = await ours();
    const problems: string[] = [];
    let cursors = 0;
    await inBunches(operations.filter(({ kind }) => kind === 'query'), async (operation) => {
      const after = leavesOf(operation).find(({ path, type }) => path.join('.') === 'after' && !isWhole(type));
      const variables = goodVariables(operation, office);
      const mine = await ask(operation, office, variables);
      const leak = leaked(mine, operation, variables);
      if (leak !== undefined) problems.push(`${operation.name} tells ${leak}: ${mine.text.slice(0, 300)}`);
      if (after === undefined) return;
      const theirPage = await ask(operation, abroad, { ...goodVariables(operation, abroad), first: 1 });
      const cursor = /"PageInfo_endCursor":"([\w-]+)"/u.exec(theirPage.text)?.[1];
      if (cursor === undefined) return;
      cursors++;
      const from = { ...variables, after: cursor };
      const page = await ask(operation, office, from);
      const told = leaked(page, operation, from);
      if (told !== undefined) problems.push(`${operation.name}, by their cursor, tells ${told}: ${page.text.slice(0, 300)}`);
      if (page.code !== undefined && page.code !== 'BAD_INPUT') problems.push(`${operation.name}, by their cursor: ${page.text.slice(0, 300)}`);
    });
    expect(problems).toEqual([]);
    expect(cursors).toBeGreaterThan(15);
  }, 120_000);

  it('changes no answer of ours by having more', async () => {
    const office = await ours();
    const queries = operations.filter(({ kind, way }) => kind === 'query' && !(beside && amongSiblings.includes(way[0]?.field.name ?? '')));
    const answers = async (): Promise<Record<string, string>> => {
      const told: Record<string, string> = {};
      await inBunches(queries, async (operation) => {
        told[operation.name] = alike((await ask(operation, office, goodVariables(operation, office))).text);
      });
      return told;
    };
    // Once before, so that what asking itself brings (a look, a mark of it) is there.
    await answers();
    const first = await answers();
    await furnished(their, theirs);
    expect(await answers()).toEqual(first);
  }, 120_000);
});
