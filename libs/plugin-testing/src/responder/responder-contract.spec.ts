import { describe, expect, it } from '@jest/globals';
import { RemoteError, type Abilities, type Attempt, type Ref, type Responder } from '@earshot/plugin-sdk';
import { anAttempt } from '../builders.js';
import { responderChecks, type ResponderContract, type ResponderWorld } from './responder-checks.js';

type Trouble = 'down' | 'forgetful' | undefined;

class Town {
  readonly posts = new Map<string, { readonly key: string; readonly text: string }>();
  readonly images = new Set<string>();

  constructor(readonly trouble: Trouble) {}
}

const refOf = (id: string): Ref => ({ network: 'example', id });

const abilities: Abilities = { reply: 'yes', length: { limit: 500, unit: 'grapheme' }, media: { mostImages: 1, mediaTypes: ['image/png'], mostBytes: 1_000, alt: { limit: 100, unit: 'grapheme' } }, can: ['remove'] };

const good: Responder<Town> = {
  abilities: async () => abilities,
  upload: async ({ alt }, town) => {
    if (town.trouble === 'down') throw new RemoteError('unreachable', 'The town is down.');
    town.images.add(alt);
    return alt;
  },
  send: async (attempt: Attempt, town) => {
    if (town.trouble === 'down') throw new RemoteError('unreachable', 'The town is down.');
    town.posts.set(attempt.key, attempt);
    if (town.trouble === 'forgetful') throw new RemoteError('outcome-unknown', 'The answer was lost.');
    return refOf(attempt.key);
  },
  find: async ({ key }, town) => (town.posts.has(key) ? refOf(key) : 'absent'),
  change: async (sent, _to, town) => void town.posts.delete(sent.id ?? ''),
};

const world = (trouble?: Trouble) => (): ResponderWorld<Town> => {
  const town = new Town(trouble);
  return { ctx: town, published: () => [...town.posts.values()].map(({ text }) => text), stop: () => undefined };
};

const contract = (fault: Partial<Responder<Town>>): ResponderContract<Town> => ({
  responder: { ...good, ...fault },
  networks: ['example'],
  world: world(),
  attempt: anAttempt(),
  failing: [{ name: 'a town that is down', world: world('down') }],
  forgetful: [{ name: 'a town whose answers get lost', world: world('forgetful') }],
  abortDeadlineMs: 100,
});

const names = responderChecks(contract({})).map(({ name }) => name);

const run = async (name: string, fault: Partial<Responder<Town>>): Promise<void> => {
  const check = responderChecks(contract(fault)).find((one) => one.name.includes(name));
  if (!check) throw new Error(`There is no check called ${name}`);
  await check.run();
};

let counter = 0;

const sendAnew: Responder<Town>['send'] = async (attempt, town) => {
  const id = `${(counter += 1)}`;
  town.posts.set(id, attempt);
  return refOf(id);
};

const faults: readonly (readonly [check: string, fault: string, broken: Partial<Responder<Town>>, message: RegExp])[] = [
  ['is able to', 'a limit below one', { abilities: async () => ({ ...abilities, length: { limit: 0, unit: 'byte' } }) }, /not valid/],
  ['is able to', 'a no without a reason', { abilities: async () => ({ ...abilities, reply: 'no' }) }, /because/],
  ['says where', 'no ref', { send: async (attempt, town) => { town.posts.set('a', attempt); return {} as Ref; } }, /no valid ref/],
  ['says where', 'a ref of another network', { send: async (attempt, town) => ({ ...(await good.send(attempt, town)), network: 'city' }) }, /network city/],
  ['says where', 'publishing nothing', { send: async () => refOf('1') }, /0 posts/],
  ['a key once', 'publishing it again', { send: sendAnew }, /published 2 times/],
  ['a key once', 'another ref', { send: async (attempt, town) => { await good.send(attempt, town); return refOf(`${(counter += 1)}`); } }, /another ref/],
  ['a key once', 'a thrown Error', { send: async (attempt, town) => { if (town.posts.size > 0) throw new Error('twice'); return good.send(attempt, town); } }, /no RemoteError/],
  ['finds what it sent', 'absent', { find: async () => 'absent' }, /absent of what was sent/],
  ['finds what it sent', 'another ref', { find: async () => refOf('other') }, /another ref/],
  ['nobody sent', 'finding it', { find: async () => refOf('1') }, /never sent/],
  ['nobody sent', 'sending it', { find: async (attempt, town) => { await good.send(attempt, town); return 'absent'; } }, /find published/],
  ['fails with', 'a thrown Error', { send: async () => { throw new Error('ECONNREFUSED'); } }, /no RemoteError/],
  ['fails with', 'success', { send: sendAnew }, /succeeded/],
  ['fails with', 'publishing and denying it', { send: async (attempt, town) => { await sendAnew(attempt, town); throw new RemoteError('unreachable', 'no'); } }, /published, and said/],
  ['outcome-unknown', 'another kind', { send: async (attempt, town) => { await good.send(attempt, town).catch(() => undefined); throw new RemoteError('unreachable', 'no'); } }, /did not say/],
  ['outcome-unknown', 'denying it', { find: async () => 'absent' }, /absent of what was published/],
  ['removes', 'leaving it there', { change: async () => undefined }, /still there/],
  ['removes', 'failing the second time', { change: async (sent, _to, town) => { if (!town.posts.delete(sent.id ?? '')) throw new RemoteError('rejected', 'gone'); } }, /gone/],
  ['and finds it', 'publishing it nowhere', { send: async (attempt, town) => (attempt.to === undefined ? refOf(attempt.key) : good.send(attempt, town)) }, /0 posts/],
  ['and finds it', 'finding it absent', { find: async (attempt, town) => (attempt.to === undefined ? 'absent' : good.find(attempt, town)) }, /absent of a post/],
  ['and finds it', 'finding another', { find: async () => refOf('other') }, /another ref/],
  ['takes it back', 'an edit that changes nothing', { abilities: async () => ({ ...abilities, can: ['edit'] }), change: async () => undefined }, /says after its edit/],
  ['takes it back', 'leaving it there', { change: async () => undefined }, /still there/],
  ['shows images', 'denying that it takes them', { abilities: async () => ({ reply: 'yes', length: abilities.length, can: [] }) }, /takes none/],
  ['shows images', 'naming none', { upload: async () => '' }, /names no image/],
  ['shows images', 'publishing it by itself', { upload: async (image, town) => { town.posts.set('image', { key: 'image', text: image.alt }); return 'image'; } }, /upload published/],
  ['shows images', 'sending nothing with them', { send: async (attempt, town) => (attempt.media.length > 0 ? refOf(attempt.key) : good.send(attempt, town)) }, /not published once/],
  ['shows images', 'finding it absent', { find: async (attempt, town) => (attempt.media.length > 0 ? 'absent' : good.find(attempt, town)) }, /absent of an answer with an image/],
  ['uploads without', 'a thrown Error', { upload: async () => { throw new Error('ECONNREFUSED'); } }, /no RemoteError/],
  ['uploads without', 'not knowing', { upload: async () => { throw new RemoteError('outcome-unknown', 'hm'); } }, /outcome-unknown/],
  ['uploads without', 'publishing it', { upload: async (image, town) => { town.posts.set('image', { key: 'image', text: image.alt }); return 'image'; } }, /published something/],
  ['settles', 'waiting for ever', { find: () => new Promise(() => undefined) }, /did not settle/],
];

describe('the contract suite of responders', () => {
  it.each(names)('lets a good responder pass: %s', async (name) => {
    await expect(run(name, {})).resolves.toBeUndefined();
  });

  it.each(faults)('"%s" refuses %s', async (name, _fault, broken, message) => {
    await expect(run(name, broken)).rejects.toThrow(message);
  });

  it('has a fault for every check', () => {
    for (const name of names) expect(faults.filter(([check]) => name.includes(check))).not.toEqual([]);
  });

  it('lets a responder say that it cannot tell', async () => {
    for (const name of ['finds what it sent', 'nobody sent', 'outcome-unknown']) {
      await expect(run(name, { find: async () => 'cannot-tell' })).resolves.toBeUndefined();
    }
  });
});
