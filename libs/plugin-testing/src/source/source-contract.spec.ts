import { describe, expect, it } from '@jest/globals';
import { RemoteError, type SourceEvent } from '@earshot/plugin-sdk';
import { sourceChecks } from './describe-source-contract.js';
import { channelFor, goodRead, goodSource, readBoard, toEvent, villageContract, type VillageSource } from './village.fixture.js';

const names = sourceChecks(villageContract()).map(({ name }) => name);

const run = async (name: string, contract: ReturnType<typeof villageContract>): Promise<void> => {
  const check = sourceChecks(contract).find((one) => one.name.includes(name));
  if (!check) throw new Error(`There is no check called ${name}`);
  await check.run();
};

/** The good reading, with each batch changed on its way. */
const reading = (change: (events: readonly SourceEvent[], number: number) => object): VillageSource['read'] =>
  async function* (channel, ctx) {
    let number = 0;
    for await (const batch of goodRead(channel, ctx)) yield { ...batch, ...change(batch.events, (number += 1)) };
  };

const never = (): Promise<never> => new Promise(() => undefined);

let counter = 0;

const faults: readonly (readonly [check: string, fault: string, broken: Partial<VillageSource>, message: RegExp])[] = [
  ['plans purely', 'another key each time', { plan: (targets) => targets.map((target) => ({ ...channelFor(target), key: `${(counter += 1)}` })) }, /another plan/],
  ['plans purely', 'keys by position', { plan: (targets) => targets.map((target, index) => ({ ...channelFor(target), key: `${index}` })) }, /another order/],
  ['plans purely', 'sorting what it was given', { plan: (targets) => (targets as unknown as unknown[]).sort().map((target) => channelFor(target as never)) }, /read only|Cannot assign/],
  ['exactly one channel', 'forgetting a target', { plan: (targets) => targets.slice(1).map(channelFor) }, /on 0 channels/],
  ['exactly one channel', 'a target twice', { plan: (targets) => targets.map((target) => ({ ...channelFor(target), targets: [target, target] })) }, /on 2 channels/],
  ['keeps the key', 'one key for all', { plan: (targets) => targets.map((target) => ({ ...channelFor(target), key: 'same' })) }, /same key/],
  ['keeps the key', 'a pulse of nothing', { plan: (targets) => targets.map((target) => ({ ...channelFor(target), pulseMs: 0 })) }, /not valid/],
  ['keeps the key', 'a key with the number of all', { plan: (targets) => targets.map((target) => ({ ...channelFor(target), key: `${target.key} of ${targets.length}` })) }, /changed its key/],
  ['resolves texts', 'finding nothing', { resolve: async () => [] }, /nothing was found/],
  ['resolves texts', 'an invalid target', { resolve: async () => [{ kind: 'feed', key: '', label: 'x' }] }, /not valid/],
  ['survives nonsense', 'a thrown TypeError', { resolve: async (text) => [{ kind: 'feed', key: new URL(text).href, label: text }] }, /no RemoteError/],
  ['survives nonsense', 'never answering', { resolve: never }, /did not settle/],
  ['valid events', 'an event of no kind', { read: reading(() => ({ events: [{ kind: 'rumour' }] })) }, /event 0 is not valid/],
  ['valid events', 'a cursor of another shape', { read: reading(() => ({ cursor: 'five' })) }, /own schema/],
  ['valid events', 'a cursor that JSON changes', { read: reading(() => ({ cursor: { after: 1, at: new Date(0) } })) }, /survive JSON/],
  ['valid events', 'nothing at all', { read: reading(() => ({ events: [] })) }, /brought anything/],
  ['oldest first', 'newest first', { read: reading((events) => ({ events: events.toReversed() })) }, /older than/],
  ['own networks', 'a ref of another network', { read: reading(() => ({ events: [{ kind: 'post-gone', ref: { network: 'city', id: '1' }, why: 'deleted' }] })) }, /network city/],
  ['behind the last', 'no cursor', { read: reading(() => ({ cursor: undefined })) }, /read for ever/],
  ['exactly the rest', 'a cursor that runs ahead', { read: reading((_events, number) => ({ cursor: { after: number * 2 + 1 } })) }, /lost post/],
  [
    'exactly the rest',
    'another version each time',
    { read: reading((events) => ({ events: events.map((event) => (event.kind === 'post' ? { ...event, post: { ...event.post, version: `${(counter += 1)}` } } : event)) })) },
    /lost post/,
  ],
  [
    'exactly the rest',
    'something that was not there before',
    {
      read: async function* (channel, ctx) {
        if (channel.cursor) yield { events: [toEvent({ number: 99, text: 'new' })] };
        yield* goodRead(channel, ctx);
      },
    },
    /made up post/,
  ],
  ['every want', 'an event that is not valid', { fetch: async function* () { yield { events: [{ kind: 'post' } as never] }; } }, /not valid/],
  ['every want', 'a thrown Error for a stranger', { fetch: async function* (want, ctx) { if (!('posts' in want)) throw new Error('what?'); yield* goodSource.fetch(want, ctx); } }, /no RemoteError/],
  [
    'garbage',
    'a SyntaxError',
    { read: async function* (_channel, ctx) { yield { events: ((await (await ctx.fetch('https://village.example/notes')).json()) as never[]).map(toEvent) }; } },
    /no RemoteError/,
  ],
  ['garbage', 'an invalid event', { read: async function* (_channel, ctx) { await readBoard(ctx).catch(() => undefined); yield { events: [{} as never] }; } }, /not valid/],
  ['settles when the host aborts', 'waiting for ever', { read: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) }, /did not settle/],
  ['settles when the host aborts', 'a fetch that waits for ever', { fetch: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) }, /did not settle/],
  ['ends after an abort', 'going on', { read: async function* () { for (;;) yield { events: [] }; } }, /goes on after an abort/],
];

describe('the contract suite of sources', () => {
  it.each(names)('lets a good source pass: %s', async (name) => {
    await expect(run(name, villageContract())).resolves.toBeUndefined();
  });

  it.each(faults)('"%s" refuses %s', async (name, _fault, broken, message) => {
    await expect(run(name, villageContract(broken))).rejects.toThrow(message);
  });

  it('has a fault for every check', () => {
    for (const name of names) expect(faults.filter(([check]) => name.includes(check))).not.toEqual([]);
  });

  it('lets a source leave out what it cannot read, when it says so', async () => {
    const contract = villageContract({ plan: (targets) => targets.filter(({ key }) => key !== 'pub').map(channelFor) });
    await expect(run('exactly one channel', { ...contract, unplannable: [{ kind: 'feed', key: 'pub', label: 'pub' }] })).resolves.toBeUndefined();
  });

  it('does not ask for dates in order where a network mixes them', async () => {
    const mixed = { read: reading((events) => ({ events: events.toReversed() })) };
    await expect(run('oldest first', villageContract(mixed, { order: 'arrival' }))).resolves.toBeUndefined();
  });

  it('does not break the network of a source that needs none', async () => {
    const offline = { read: async function* () { yield { events: [toEvent({ number: 1, text: 'x' })] }; } };
    await expect(run('garbage', villageContract(offline, { offline: true }))).resolves.toBeUndefined();
  });

  it('reads streams as far as they are said to go', async () => {
    const stream: Partial<VillageSource> = {
      plan: (targets) => targets.map((target) => ({ ...channelFor(target), mode: 'stream' })),
      read: async function* (channel, ctx) {
        yield* goodRead(channel, ctx);
        if (ctx.abort.aborted) return;
        await new Promise((_resolve, reject) => ctx.abort.addEventListener('abort', () => reject(new RemoteError('unreachable', 'over'))));
      },
    };
    for (const name of names) await expect(run(name, villageContract(stream, { streamEvents: 5 }))).resolves.toBeUndefined();
  });
});
