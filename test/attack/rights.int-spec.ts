import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { declaredOperations } from '@earshot/core/graphql';
import { type Role, roles, tokenScopes } from '@earshot/core/staff';
import type { GraphQLSchema } from 'graphql';
import type { Operation } from '../garbage/api-operations.js';
import { type Caller, type Office, failedJobAt, furnish } from '../garbage/office.js';
import type { Scene, SceneLibrary } from '../support/scene.js';
import type { WholeApp } from '../support/whole-app.js';
import { type Told, askOperation, goodVariables, inBunches } from './ask-operation.js';
import { startAttacked } from './attacked-app.js';
import { type Somebody, nobodies, personAt, programAt } from './people.js';
import { fingerprintOf } from './rows-of.js';
import { type OperationRule, rules } from './rules.js';

const ruleOf = new Map(rules);
/** Of an operation within an object: that of the query which leads there. */
const ruleFor = ({ way }: Operation): OperationRule => ruleOf.get(way[0]?.field.name ?? '') as OperationRule;
/** What even good arguments of the right person do not carry through: test/garbage says how far they come. */
const neverAnswered = ['beginSignIn', 'changePassword', 'followSuggestion', 'hearAgain', 'hideSavedAnswer', 'showSavedAnswer', 'undoSavedSearch'];
/** About whoever asks, so that somebody else's session or browser is none of theirs. */
const aboutOneself = ['endSession', 'unsubscribeFromPush'];

/** Who comes to an end that they did not begin is told that, whatever their role. */
const nothingOfTheirs = ({ name }: Operation, text: string): boolean => name === 'finishSignIn' && text.includes('"SignInLost_code":"SIGN_IN_LOST"');

let app: WholeApp;
let scene: Scene;
let schema: GraphQLSchema;
let operations: readonly Operation[];
let elsewhere: SceneLibrary;

const furnished = async (): Promise<{ readonly at: SceneLibrary; readonly office: Office }> => {
  const at = await scene.library({ name: 'ours' });
  return { at, office: await furnish(scene, at, 'ours', () => failedJobAt(app, scene, at)) };
};
const ask = (operation: Operation, office: Office, caller: Caller): Promise<Told> => askOperation(app.url, schema, operation, caller, goodVariables(operation, office));

beforeAll(async () => {
  ({ app, scene, schema, operations } = await startAttacked());
  elsewhere = await scene.library({ name: 'elsewhere' });
}, 120_000);
afterAll(async () => {
  await app?.close();
  await scene?.close();
});

describe('the table of who may', () => {
  it('has one rule for each query, mutation and subscription, and none for anything else', () => {
    const declared = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    expect(rules.map(([name]) => name).sort()).toEqual(declared.sort());
  });

  it('says of scopes and persons what the code says, written a second time', () => {
    const coded = Object.fromEntries(declaredOperations().map(({ name, rule }) => [name, { scope: rule?.scope, person: rule?.person }]));
    const tabled = Object.fromEntries(rules.map(([name, { scope, person }]) => [name, { scope, person }]));
    for (const [name, rule] of Object.entries(tabled)) expect({ name, ...coded[name] }).toEqual({ name, ...rule });
  });
});

describe('every query and mutation', () => {
  it('is refused to whoever has not signed in, or not any more, and nothing happens', async () => {
    const { at, office } = await furnished();
    const strangers = await nobodies(scene, at);
    const before = await fingerprintOf(scene, at.id);
    const letIn: string[] = [];
    await inBunches(operations, async (operation) => {
      for (const [who, caller] of Object.entries(strangers)) {
        const { status, code, text, answered } = await ask(operation, office, caller);
        const refused = (status === 401 && code === 'UNAUTHENTICATED') || (status === 403 && code === 'FORBIDDEN');
        if (!refused || answered || text.includes('ours')) letIn.push(`${operation.name} as ${who}: ${status} ${text.slice(0, 200)}`);
      }
    });
    expect(letIn).toEqual([]);
    expect(await fingerprintOf(scene, at.id)).toEqual(before);
  }, 240_000);

  it('is refused to a token without its scope, and to every token where it takes a person', async () => {
    const { at, office } = await furnished();
    const maker = await personAt(scene, at, 'administrator');
    const programs = Object.fromEntries(await Promise.all(tokenScopes.map(async (scope) => [scope, await programAt(scene, at, maker.id, 'administrator', tokenScopes.filter((one) => one !== scope))] as const)));
    const everything = await programAt(scene, at, maker.id, 'administrator');
    const before = await fingerprintOf(scene, at.id);
    const letIn: string[] = [];
    await inBunches(operations, async (operation) => {
      const { scope, person } = ruleFor(operation);
      for (const program of [programs[scope] as Somebody, ...(person ? [everything] : [])]) {
        const { code, message, text, answered } = await ask(operation, office, program.caller);
        const refused = code === 'FORBIDDEN' && (message === `This token was not given the scope "${scope}".` || (person === true && message === 'Only a person may do this, not a token.'));
        if (!refused || answered) letIn.push(`${operation.name}: ${text.slice(0, 200)}`);
      }
    });
    expect(letIn).toEqual([]);
    expect(await fingerprintOf(scene, at.id)).toEqual(before);
  }, 240_000);

  it('is refused to a lesser role, also where it is greater at another library, and open to the least that it needs', async () => {
    const wrong: string[] = [];
    // Administrators of another library, with every lesser role here; and the same without any role elsewhere.
    const people: (Somebody & { readonly role: Role })[] = [];
    for (const role of roles) {
      people.push({ ...(await personAt(scene, elsewhere, 'administrator')), role });
      people.push({ ...(await personAt(scene, await scene.library(), 'observer')), role });
    }
    await inBunches(operations, async (operation) => {
      const { at, office } = await furnished();
      for (const { id, role } of people) await scene.role(id, at, role);
      const { role: least } = ruleFor(operation);
      const lesser = least === undefined ? [] : people.filter(({ role }) => roles.indexOf(role) > roles.indexOf(least));
      const before = await fingerprintOf(scene, at.id);
      for (const { caller, role } of lesser) {
        const { code, text, answered } = await ask(operation, office, caller);
        // A list over all libraries of a reader leaves out those where they may not.
        const leftOut = operation.kind === 'query' && answered && !Object.values(office.ids).some((known) => text.includes(known)) && !text.includes('ours');
        const refused = !answered && (code === 'FORBIDDEN' || code === 'NOT_FOUND');
        if (!refused && !leftOut && !nothingOfTheirs(operation, text)) wrong.push(`${operation.name} let a ${role} in: ${text.slice(0, 200)}`);
      }
      const changed = lesser.length === 0 ? [] : Object.entries(await fingerprintOf(scene, at.id)).flatMap(([table, hash]) => (hash === before[table] ? [] : [table]));
      if (changed.length > 0) wrong.push(`${operation.name} changed ${changed.join(', ')} for a lesser role`);
      if (neverAnswered.includes(operation.name) || aboutOneself.includes(operation.name)) return;
      const able = people.find(({ role }) => role === (least ?? 'observer')) as Somebody;
      const { text, answered } = await ask(operation, office, able.caller);
      if (!answered) wrong.push(`${operation.name} refused a ${least}: ${text.slice(0, 200)}`);
    });
    expect(wrong).toEqual([]);
  }, 240_000);
});
