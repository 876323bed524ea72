import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { Gate } from '../gate.js';
import { Office } from '../journey/office.js';
import { Yard } from '../yard.js';
import { fetchSnac } from './fetch-snac.js';
import type { SnacPerson } from './snac-person.js';
import { SnacServer } from './snac-server.js';

/** What goes wrong on the way: Earshot on a snac that stands behind a gate, as servers stand behind their proxies. */
let yard: Yard;
let gate: Gate;
let harbour: SnacServer;
let [library, baker]: [SnacPerson, SnacPerson] = [] as never;
let office: Office;
let account: string;

const reading = /^\/api\/v1\/accounts\/[^/]+\/statuses/;
const hour = 3_600_000;

beforeAll(async () => {
  [yard, gate] = [await Yard.open(), await Gate.open()];
  harbour = await SnacServer.start(yard, await fetchSnac(yard), 'harbour', gate);
  [library, baker] = [await harbour.addPerson('library'), await harbour.addPerson('baker')];
  office = await Office.open({ yard, reaches: [gate.host] });
  account = (await signIn()).account.id;
  await baker.post('The bakery opens at seven.');
  await office.follow(account, baker.handle);
  await heard('opens at seven');
}, 180_000);
afterAll(async () => {
  await office?.close();
  await gate?.close();
  await yard.close();
});

const signIn = () => office.connect('mastodon', gate.url, { sayYes: (page) => library.sayYes(page) });
const heard = (text: string, withinMs?: number): Promise<true> =>
  eventually(`hearing "${text}"`, async () => {
    await office.hurry();
    return (await office.stored(text)) > 0 ? true : undefined;
  }, withinMs);
/** Earshot is made to ask until it does so at this moment. */
const reached = (moment: Promise<void>): Promise<true> =>
  eventually('Earshot asking', async () => {
    await office.hurry();
    return Promise.race([moment.then(() => true as const), setTimeout(10, undefined)]);
  });
/** The token that Earshot came with last. */
const token = (): string => gate.since(0, reading).at(-1)?.token ?? '';
const askedBy = (its: string, moment: number): number => gate.since(moment).filter((asked) => asked.token === its).length;

describe('on a server of the Mastodon API', () => {
  it('nothing is lost and nothing heard twice where Earshot is killed as it asks, and the server before it answers', async () => {
    const asking = gate.at(reading, () => office.kill());
    await baker.post('Rye bread is back.');
    await reached(asking);
    await baker.post('So are the rolls.');
    await office.start();
    await heard('So are the rolls');
    const answering = gate.at(reading, () => harbour.stop('SIGKILL'));
    await baker.post('We close in August.');
    await reached(answering);
    await harbour.start();
    await baker.post('And open in September.');
    await heard('open in September');
    expect(await office.storedEach('opens at seven', 'Rye bread', 'the rolls', 'close in August', 'open in September')).toEqual([1, 1, 1, 1, 1]);
    expect(await office.gaps(account)).toEqual([]);
  });

  it('an account whose token is taken back says so, asks no more, and goes on from where it was once somebody signed in', async () => {
    const taken = token();
    await harbour.forget(taken);
    // Mastodon says so to each question; snac shows what is public to anybody, whatever they come with.
    gate.instead = (asked) => (asked.token === taken ? { status: 401, body: { error: 'The access token was revoked' } } : undefined);
    const { healthInWords } = await eventually('the account saying so', async () => {
      await office.hurry();
      const health = await office.health(account);
      return health.health === 'sign_in_again' ? health : undefined;
    });
    expect(healthInWords).toContain('sign in again');
    await baker.post('Nobody was signed in when this was said.');
    const quiet = performance.now();
    await office.hurry();
    await setTimeout(2_000);
    expect(askedBy(taken, quiet)).toBe(0);
    expect((await signIn()).account.id).toBe(account);
    await heard('Nobody was signed in');
    expect(await office.gaps(account)).toEqual([]);
    await office.well(account);
  });

  it('a pause that the server asks for is kept by all that the account does', async () => {
    const its = token();
    let [over, refused] = [false, 0];
    // It is the test that ends the refusals, so that nothing here depends on how fast Earshot is asked.
    const until = Date.now() + 20_000;
    gate.instead = (asked) => {
      if (over || asked.token !== its) return undefined;
      refused += 1;
      return { status: 429, headers: { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': new Date(until).toISOString() }, body: { error: 'Too many requests' } };
    };
    await baker.post('Too many of us today.');
    const conversation = await office.conversationWith('opens at seven');
    await eventually('the account saying so', async () => {
      await office.hurry();
      return (await office.health(account)).healthInWords.includes('waiting because the network asked for it') || undefined;
    });
    // The schedule may look at the thread just then: whoever comes second learns only that somebody looks.
    await eventually('a look being told to wait', () => office.lookAgain(conversation?.id ?? '').then(() => undefined, (error: unknown) => String(error).includes('asked us to wait') || Promise.reject(error)));
    expect(Date.now()).toBeLessThan(until);
    await office.hurry();
    await setTimeout(2_000);
    expect(refused).toBe(1);
    over = true;
    await heard('Too many of us today', 60_000);
    expect(await office.stored('Too many of us today')).toBe(1);
  });

  it('a clock that jumps loses nothing, tells nothing twice, and claims to have heard nothing that is not said yet', async () => {
    for (const [off, text] of [[0, 'By the true clock.'], [2 * hour, 'Two hours later.'], [-3 * hour, 'Three hours earlier.']] as const) {
      await office.setClock(off);
      await baker.post(text);
      await heard(text);
      expect(await office.heardInTime(account)).toBe(true);
    }
    expect(await office.storedEach('By the true clock', 'Two hours later', 'Three hours earlier', 'Too many of us today')).toEqual([1, 1, 1, 1]);
    expect(await office.gaps(account)).toEqual([]);
    await office.setClock(0);
  });

  it('half a minute without the server costs it few questions, and us nothing', async () => {
    await harbour.stop('SIGKILL');
    const from = performance.now();
    while (performance.now() - from < 30_000) {
      await office.hurry();
      await setTimeout(1_000);
    }
    // Five that fail, and one that looks whether it is back: the fifteen seconds after the fifth are over once in this time.
    expect(gate.since(from, /^\/api/).length).toBeLessThanOrEqual(7);
    expect((await office.health(account)).healthInWords).toContain('not reachable');
    await harbour.start();
    await baker.post('The harbour is open again.');
    await heard('harbour is open again', 60_000);
    await office.well(account);
    expect(await office.gaps(account)).toEqual([]);
  });
});
