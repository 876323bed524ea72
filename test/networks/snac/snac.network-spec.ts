import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson, SnacStatus } from './snac-person.js';
import { SnacServer } from './snac-server.js';

/** The ground under the journey: two real snacs that federate, asked without Earshot. */
let yard: Yard;
let harbour: SnacServer;
let hill: SnacServer;
let baker: SnacPerson;
let cleo: SnacPerson;
let posted: SnacStatus;
let reply: SnacStatus;

beforeAll(async () => {
  yard = await Yard.open();
  const program = await fetchSnac(yard);
  [harbour, hill] = [await SnacServer.start(yard, program, 'harbour'), await SnacServer.start(yard, program, 'hill')];
  [baker, cleo] = [await harbour.addPerson('baker'), await hill.addPerson('cleo')];
}, 120_000);
afterAll(() => yard.close());

describe('two snacs', () => {
  it('let people in by their sign-in pages, and carry a post from one to the other', async () => {
    await cleo.follow(baker);
    posted = await baker.post('The bakery opens at seven.');
    const arrived = await eventually('the post on the other server', () => cleo.sees(posted.uri));
    expect(arrived).toMatchObject({ content: 'The bakery opens at seven.<br>', account: { acct: `baker@${harbour.host}` } });
  });
  it('carry a reply back, into the thread', async () => {
    const theirs = await eventually('the post', () => cleo.sees(posted.uri));
    reply = await cleo.reply(theirs, `${baker.handle} And on Sundays?`);
    const answers = await eventually('the reply under the post', async () => {
      const seen = await baker.answersTo(posted);
      return seen.length > 0 ? seen : undefined;
    });
    expect(answers.map(({ uri }) => uri)).toEqual([reply.uri]);
  });
  it('carry an edit', async () => {
    await baker.edit(posted, 'The bakery opens at eight.');
    const edited = await eventually('the edit on the other server', async () => {
      const seen = await cleo.sees(posted.uri);
      return seen?.edited_at == null ? undefined : seen;
    });
    expect(edited.content).toBe('The bakery opens at eight.<br>');
  });
  it('carry a deletion to those who follow, also over a crash', async () => {
    await hill.stop('SIGKILL');
    await hill.start();
    expect((await cleo.sees(posted.uri))?.uri).toBe(posted.uri);
    await baker.delete(posted);
    await eventually('the post being gone on the other server', async () => ((await cleo.sees(posted.uri)) === undefined ? true : undefined));
    expect((await cleo.home()).map(({ uri }) => uri)).toEqual([reply.uri]);
  });
});
