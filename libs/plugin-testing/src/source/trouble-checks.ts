import { setImmediate } from 'node:timers/promises';
import type { Batch, Want } from '@earshot/plugin-sdk';
import { ContractBroken, demand, type Check } from '../check.js';
import { garbage } from '../fakes/garbage.js';
import type { FakeCtx } from '../fakes/fake-ctx.js';
import { demandRemoteError, settled } from '../settle.js';
import { demandOwnNetworks } from './read-checks.js';
import { channelsOf, demandBatch, sourceOf } from './read-whole.js';
import { opened, type SourceContract } from './source-contract.js';

const mostBatches = 1_000;

const kindOf = (want: Want): string => ['thread', 'posts', 'profiles', 'counts', 'target'].find((kind) => kind in want) ?? 'nothing';

/** Takes what comes, and throws only what is no RemoteError. */
const takeAll = async <C>(what: string, batches: AsyncIterable<Batch<C>>, take: (batch: unknown) => void, abort?: AbortSignal): Promise<void> => {
  let count = 0;
  const pull = async (): Promise<void> => {
    for await (const batch of batches) {
      take(batch);
      count += 1;
      demand(count < mostBatches, `${what} does not end`);
    }
  };
  const [result] = await Promise.allSettled([pull()]);
  if (result.status === 'rejected' && result.reason instanceof ContractBroken) throw result.reason;
  // On abort anything may be thrown.
  if (!abort?.aborted) demandRemoteError(what, result);
};

const answersWants = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  for (const want of contract.wants) {
    for await (const value of sourceOf(contract).fetch(want, contract.ctx())) {
      const { events } = demandBatch(value);
      demandOwnNetworks(contract.plugin.networks, events);
    }
  }
  const someRef = { network: contract.plugin.networks[0] ?? 'none', id: 'https://nowhere.example/none' };
  const strangers: readonly Want[] = [{ thread: someRef }, { posts: [someRef] }, { profiles: [someRef] }, { counts: [someRef] }, { posts: [] }];
  const nobody = async (): Promise<Response> => new Response('no', { status: 404 });
  for (const want of strangers) {
    await takeAll(`fetch of ${kindOf(want)} that nobody knows`, sourceOf(contract).fetch(want, contract.ctx(nobody)), demandBatch);
  }
};

const survivesGarbage = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  if (contract.offline) return;
  for (const { name, fetch } of garbage) {
    for (const channel of channelsOf(contract)) {
      const ctx = contract.ctx(fetch);
      const what = `read of ${channel.key} that gets ${name}`;
      const take = (batch: unknown): unknown => demandBatch(batch, contract.plugin.cursor);
      const read = takeAll(what, sourceOf(contract).read(opened<C>(channel), ctx), take, ctx.abort);
      // A stream may well go on listening after garbage: it gets some turns to stumble, and then ends by the abort.
      if (channel.mode === 'stream') for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      if (channel.mode === 'stream') ctx.stop();
      const result = await settled(what, read, contract.abortDeadlineMs);
      ctx.stop();
      if (result.status === 'rejected') throw result.reason;
    }
    for (const want of contract.wants) {
      await takeAll(`fetch of ${kindOf(want)} that gets ${name}`, sourceOf(contract).fetch(want, contract.ctx(fetch)), demandBatch);
    }
  }
};

const deaf = (): Promise<Response> => new Promise(() => undefined);

/** Pulls until the source waits for the network, or has nothing more to give. */
const stopWhileReading = async <S, K, C>(contract: SourceContract<S, K, C>, ctx: FakeCtx<S, K>, what: string): Promise<void> => {
  for (const channel of channelsOf(contract)) {
    const iterator = sourceOf(contract).read(opened<C>(channel), ctx)[Symbol.asyncIterator]();
    const pulled = iterator.next();
    ctx.stop();
    await settled(`${what}, on channel ${channel.key}`, pulled, contract.abortDeadlineMs);
  }
};

const obeysAbort = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  const before = contract.ctx();
  before.stop();
  await stopWhileReading(contract, before, 'a read that begins after the abort');
  await stopWhileReading(contract, contract.ctx(), 'a read that is aborted at once');
  if (!contract.offline) await stopWhileReading(contract, contract.ctx(deaf), 'a read that is aborted while the network is silent');
  for (const want of contract.wants) {
    const ctx = contract.offline ? contract.ctx() : contract.ctx(deaf);
    const pulled = sourceOf(contract).fetch(want, ctx)[Symbol.asyncIterator]().next();
    ctx.stop();
    await settled(`a fetch of ${kindOf(want)} that is aborted`, pulled, contract.abortDeadlineMs);
  }
};

const stopsAfterAbort = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  for (const channel of channelsOf(contract)) {
    const ctx = contract.ctx();
    const iterator = sourceOf(contract).read(opened<C>(channel), ctx)[Symbol.asyncIterator]();
    await iterator.next();
    ctx.stop();
    // One batch may have been on its way; a source that goes on beyond a few does not look at the signal.
    const ends = async (): Promise<void> => {
      for (let pulls = 0; pulls < 100; pulls += 1) if ((await iterator.next()).done) return;
      throw new ContractBroken(`channel ${channel.key} goes on after an abort`);
    };
    const result = await settled(`channel ${channel.key}, aborted after its first batch,`, ends(), contract.abortDeadlineMs);
    if (result.status === 'rejected' && result.reason instanceof ContractBroken) throw result.reason;
  }
};

/** Checks of what a source does when it is asked, when the network is broken, and when the host has had enough. */
export const troubleChecks = <S, K, C>(contract: SourceContract<S, K, C>): readonly Check[] => [
  { name: 'answers every want with valid events, or with nothing', run: () => answersWants(contract) },
  { name: 'turns garbage into RemoteErrors and unreadable events', run: () => survivesGarbage(contract) },
  { name: 'settles when the host aborts', run: () => obeysAbort(contract) },
  { name: 'ends after an abort between two batches', run: () => stopsAfterAbort(contract) },
];
