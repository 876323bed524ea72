import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Ref, systemClock } from '@earshot/plugin-sdk';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId } from '../../database/index.js';
import { AskAgain, MayAnswer } from './may-answer.js';

/** A network that says, when it is asked, what a test wants it to. */
class Network extends AskAgain {
  asked: Ref[] = [];
  says: () => Promise<unknown> = () => Promise.resolve();
  async author(_: string, author: Ref): Promise<void> {
    this.asked.push(author);
    await this.says();
  }
  askedFor: Ref[] = [];
  becomes: () => Promise<unknown> = () => Promise.resolve();
  async post(_: string, post: Ref): Promise<void> {
    this.askedFor.push(post);
    await this.becomes();
  }
}

let [database, scene, network, mayAnswer]: [Database, Scene, Network, MayAnswer] = [] as never;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let account: string;
let heard: Awaited<ReturnType<Scene['heard']>>;
let to: Ref;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  account = await scene.account(county, { profile_id: await scene.profile() });
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  network = new Network();
  mayAnswer = new MayAnswer(database, network, systemClock);
  heard = await scene.heard(ashford);
  const [post] = await scene.query<{ remote_id: string }>('select remote_id from post where id = $1', [heard.post]);
  to = { network: 'practice', id: post?.remote_id ?? '' };
});
const refuse = (sign: string): Promise<unknown> => scene.query(`update profile set refusals = $2, told_at = now() where id = $1`, [heard.author, JSON.stringify([{ purpose: 'answer', sign }])]);

it('is yes for whoever refuses nothing, without asking where their word is young', async () => {
  expect(await mayAnswer.problem(account, to)).toBeUndefined();
  expect(network.asked).toEqual([]);
  expect(await mayAnswer.problem(account, { network: 'practice', id: 'unheard of' })).toBeUndefined();
});
it('asks again where their word is old, and goes by what is said now', async () => {
  await scene.query(`update profile set told_at = now() - interval '1 hour' where id = $1`, [heard.author]);
  network.says = () => refuse('no replies, says the bio');
  expect(await mayAnswer.problem(account, to)).toBe('Its author asks not to be answered unasked: no replies, says the bio.');
  expect(network.asked).toHaveLength(1);
});
it('goes by what is known where the network does not answer', async () => {
  await refuse('no replies');
  await scene.query(`update profile set told_at = now() - interval '1 hour' where id = $1`, [heard.author]);
  expect(await mayAnswer.problem(account, to)).toContain('no replies');
});
it('asks for the post where nobody did for a while, and answers nothing that is gone', async () => {
  expect(await mayAnswer.problem(account, to)).toBeUndefined();
  expect(network.askedFor).toEqual([]);
  await scene.query(`update post set heard_at = now() - interval '1 hour' where id = $1`, [heard.post]);
  network.becomes = () => scene.query(`update post set text = null, html = null, search = null, gone_at = now(), gone_why = 'deleted' where id = $1`, [heard.post]);
  expect(await mayAnswer.problem(account, to)).toBe('The post is gone, so there is nothing to reply to.');
  expect(await mayAnswer.problem(account, to)).toContain('gone');
  expect(network.askedFor).toEqual([to]);
});
it('answers whoever wrote to us, whatever they refuse', async () => {
  await refuse('no replies');
  await scene.query(`update post set mentions = array(select p.network || ' ' || p.remote_id from account a join profile p on p.id = a.profile_id where a.id = $2) where id = $1`, [heard.post, account]);
  expect(await mayAnswer.problem(account, to)).toBeUndefined();
});
it.each(['county', 'ashford'])('writes to nobody who is on the list of %s', async (which) => {
  const at = which === 'county' ? county : ashford;
  await scene.query(`insert into do_not_list(id, library_id, act, target, profile_id, reason) values ($1, $2, 'contact', 'profile', $3, 'asked-us')`, [newId(), at.id, heard.author]);
  expect(await mayAnswer.problem(account, to)).toContain('on its list');
});
it('writes to nobody who is gone', async () => {
  await scene.query(`update profile set gone_at = now(), gone_why = 'blocked-us' where id = $1`, [heard.author]);
  expect(await mayAnswer.problem(account, to)).toContain('gone, or blocked us');
  expect(network.asked).toEqual([]);
});
