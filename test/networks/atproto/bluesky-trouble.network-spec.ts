import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { Gate } from '../gate.js';
import { Office } from '../journey/office.js';
import { Yard } from '../yard.js';
import { AtprotoNetwork } from './atproto-network.js';
import type { AtprotoPerson, AtprotoRef } from './atproto-person.js';

/** What goes wrong on the way: Earshot on Bluesky's own servers, whose PDS stands behind a gate, as servers stand behind their proxies. */
let yard: Yard;
let gate: Gate;
let network: AtprotoNetwork;
let [library, baker]: [AtprotoPerson, AtprotoPerson] = [] as never;
let office: Office;
let account: string;
let appPassword: string;
let opening: AtprotoRef;

const reading = /app\.bsky\.notification\.listNotifications/;
const sessions = (moment: number): readonly string[] => gate.since(moment, /server\.(create|refresh)Session/).map(({ path }) => path.split('.').at(-1) ?? '');

beforeAll(async () => {
  [yard, gate] = [await Yard.open(), await Gate.open()];
  network = await AtprotoNetwork.start(yard);
  gate.leadTo(network.addresses.pds, { inItsName: true });
  [library, baker] = [await network.addPerson('ashford-library'), await network.addPerson('baker')];
  office = await Office.open({ yard, reaches: [gate.url, network.addresses.pds, network.addresses.plc].map((address) => new URL(address).host) });
  appPassword = await library.appPassword();
  account = (await signIn()).account.id;
  opening = await library.post('Ask us.');
  // It tells nobody of an answer to what it has not read yet.
  await network.indexed();
  await says('When does the bakery open?');
  await heard('bakery open?');
}, 180_000);
afterAll(async () => {
  await office?.close();
  await gate?.close();
  await yard.close();
});

const signIn = () => office.connect('bluesky', library.handle, { settings: { service: gate.url, directory: network.addresses.plc }, secrets: { appPassword } });
const says = async (text: string): Promise<void> => {
  await baker.reply(opening, opening, text);
  await network.indexed();
};
const heard = (text: string, withinMs?: number): Promise<true> =>
  eventually(`hearing "${text}"`, async () => {
    await office.hurry();
    return (await office.stored(text)) > 0 ? true : undefined;
  }, withinMs);
const reached = (moment: Promise<void>): Promise<true> =>
  eventually('Earshot asking', async () => {
    await office.hurry();
    return Promise.race([moment.then(() => true as const), setTimeout(10, undefined)]);
  });
/** Access tokens that came so far are over, as the network says it. */
const hourIsOver = (): void => {
  const over = new Set(gate.since(0, /app\.bsky\./).map(({ token }) => token));
  gate.instead = ({ path, token }) => (over.has(token) && !path.includes('refreshSession') ? { status: 400, body: { error: 'ExpiredToken', message: 'Token has expired' } } : undefined);
};

describe('on Bluesky', () => {
  it('nothing is lost and nothing heard twice where Earshot is killed as it asks, and the server goes away before it answers', async () => {
    const moment = performance.now();
    const asking = gate.at(reading, () => office.kill());
    await says('Rye bread is back.');
    await reached(asking);
    await says('So are the rolls.');
    await office.start();
    await heard('So are the rolls');
    const answering = gate.at(reading, async () => void (gate.isShut = true));
    await says('We close in August.');
    await reached(answering);
    gate.isShut = false;
    await says('And open in September.');
    await heard('open in September');
    expect(await office.storedEach('bakery open?', 'Rye bread', 'the rolls', 'close in August', 'open in September')).toEqual([1, 1, 1, 1, 1]);
    expect(await office.gaps(account)).toEqual([]);
    // The session is kept: a process that starts makes none.
    expect(sessions(moment)).toEqual([]);
  });

  it('a session whose hour is over is refreshed once, for all that the account does', async () => {
    const moment = performance.now();
    hourIsOver();
    await says('The session went on.');
    await heard('session went on');
    expect(sessions(moment)).toEqual(['refreshSession']);
  });

  it('an account whose app password is taken back says so, asks no more, and goes on from where it was once somebody signed in', async () => {
    await library.revokeAppPassword();
    hourIsOver();
    const { healthInWords } = await eventually('the account saying so', async () => {
      await office.hurry();
      const health = await office.health(account);
      return health.health === 'sign_in_again' ? health : undefined;
    });
    expect(healthInWords).toContain('app password');
    await says('Nobody was signed in when this was said.');
    const quiet = performance.now();
    await office.hurry();
    await setTimeout(2_000);
    expect(gate.since(quiet)).toEqual([]);
    appPassword = await library.appPassword('another program');
    expect((await signIn()).account.id).toBe(account);
    await heard('Nobody was signed in');
    // Two processes sign in with the new password, Earshot and the command beside it: at most one session each, of which one is kept.
    const made = sessions(quiet);
    expect(made.length).toBeLessThanOrEqual(2);
    expect(new Set(made)).toEqual(new Set(['createSession']));
    expect(await office.gaps(account)).toEqual([]);
    await office.well(account);
  });

  it('a pause that the server asks for is kept by all that the account does', async () => {
    let [over, refused] = [false, 0];
    // The network names the end of the pause in whole seconds. It is the test that ends the refusals, so that nothing here depends on how fast Earshot is asked.
    const until = Math.ceil(Date.now() / 1_000) + 20;
    gate.instead = () => {
      if (over) return undefined;
      refused += 1;
      return { status: 429, headers: { 'ratelimit-limit': '3000', 'ratelimit-remaining': '0', 'ratelimit-reset': String(until), 'ratelimit-policy': '3000;w=300' }, body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' } };
    };
    await says('Too many of us today.');
    const conversation = await office.conversationWith('bakery open?');
    await eventually('the account saying so', async () => {
      await office.hurry();
      return (await office.health(account)).healthInWords.includes('waiting because the network asked for it') || undefined;
    });
    // The schedule may look at the thread just then: whoever comes second learns only that somebody looks.
    await eventually('a look being told to wait', () => office.lookAgain(conversation?.id ?? '').then(() => undefined, (error: unknown) => String(error).includes('asked us to wait') || Promise.reject(error)));
    expect(Date.now()).toBeLessThan(until * 1_000);
    await office.hurry();
    await setTimeout(2_000);
    expect(refused).toBe(1);
    over = true;
    await heard('Too many of us today', 60_000);
    expect(await office.stored('Too many of us today')).toBe(1);
  });

  it('half a minute without the server costs it few questions, and us nothing', async () => {
    gate.isShut = true;
    const from = performance.now();
    await says('Said while nobody could be asked.');
    while (performance.now() - from < 30_000) {
      await office.hurry();
      await setTimeout(1_000);
    }
    // Five that fail, and one that looks whether it is back: the fifteen seconds after the fifth are over once in this time.
    expect(gate.since(from).length).toBeLessThanOrEqual(8);
    expect((await office.health(account)).healthInWords).toContain('not reachable');
    gate.isShut = false;
    await heard('nobody could be asked', 60_000);
    await office.well(account);
    expect(await office.gaps(account)).toEqual([]);
  });
});
