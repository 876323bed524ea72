import { isDeepStrictEqual } from 'node:util';
import { channelSchema, targetSchema, type Channel, type Target } from '@earshot/plugin-sdk';
import { demand, type Check } from '../check.js';
import { demandRemoteError, frozen, settled } from '../settle.js';
import { channelsOf, sourceOf } from './read-whole.js';
import type { SourceContract } from './source-contract.js';

const nameOf = ({ kind, key }: Target): string => `${kind} ${key}`;

/** A plan without the order that does not matter: its channels by key, their targets by name. */
const essence = (channels: readonly Channel[]): unknown =>
  channels
    .map((channel) => ({ ...channel, targets: channel.targets.map(nameOf).toSorted() }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));

const isPure = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  const source = sourceOf(contract);
  const plan = (targets: readonly Target[]): readonly Channel[] => source.plan(frozen(structuredClone(targets)));
  const first = plan(contract.targets);
  demand(isDeepStrictEqual(first, plan(contract.targets)), 'the same targets gave another plan');
  const reversed = plan(contract.targets.toReversed());
  demand(isDeepStrictEqual(essence(first), essence(reversed)), 'the same targets in another order gave another plan');
  demand(plan([]).every(({ targets }) => targets.length === 0), 'no targets gave channels with targets');
};

const coversAll = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  const covered = channelsOf(contract).flatMap(({ targets }) => targets.map(nameOf));
  const leftOut = new Set((contract.unplannable ?? []).map(nameOf));
  for (const target of contract.targets) {
    const times = covered.filter((name) => name === nameOf(target)).length;
    const wanted = leftOut.has(nameOf(target)) ? 0 : 1;
    demand(times === wanted, `target ${nameOf(target)} is on ${times} channels, not on ${wanted}`);
  }
  const known = new Set(contract.targets.map(nameOf));
  for (const name of covered) demand(known.has(name), `the plan made up a target: ${name}`);
};

const keepsKeys = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  const channels = channelsOf(contract);
  for (const channel of channels) demand(channelSchema.safeParse(channel).success, `channel ${channel.key} is not valid`);
  demand(new Set(channels.map(({ key }) => key)).size === channels.length, 'two channels have the same key');
  for (const gone of contract.targets) {
    const fewer = sourceOf(contract).plan(contract.targets.filter((target) => target !== gone));
    for (const channel of channels) {
      if (channel.targets.some((target) => nameOf(target) === nameOf(gone))) continue;
      const names = channel.targets.map(nameOf).toSorted();
      const same = fewer.find(({ targets }) => isDeepStrictEqual(targets.map(nameOf).toSorted(), names));
      demand(same?.key === channel.key, `channel ${channel.key} changed its key when ${nameOf(gone)} was no longer followed`);
    }
  }
};

const resolves = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  for (const text of contract.resolvable ?? []) {
    const targets = await sourceOf(contract).resolve(text, contract.ctx());
    demand(targets.length > 0, `nothing was found for ${JSON.stringify(text)}`);
    for (const target of targets) demand(targetSchema.safeParse(target).success, `a target for ${JSON.stringify(text)} is not valid`);
  }
};

const nonsense = ['', ' ', '😀', '\u202e', 'x'.repeat(10_000), 'https://', 'http://[', '@', '@@@', '#', '<script>', '__proto__', '../../etc/passwd', '%00'];

const survivesNonsense = async <S, K, C>(contract: SourceContract<S, K, C>): Promise<void> => {
  const nobody = async (): Promise<Response> => new Response('no', { status: 404 });
  for (const text of nonsense) {
    const what = `resolve of ${JSON.stringify(text.slice(0, 20))}`;
    const ask = async (): Promise<readonly Target[]> => sourceOf(contract).resolve(text, contract.ctx(nobody));
    const result = await settled(what, ask(), contract.abortDeadlineMs);
    demandRemoteError(what, result);
    const targets = result.status === 'fulfilled' ? result.value : [];
    for (const target of targets) demand(targetSchema.safeParse(target).success, `${what} gave a target that is not valid`);
  }
};

/** Checks of what a source says before it reads: targets and channels. */
export const planChecks = <S, K, C>(contract: SourceContract<S, K, C>): readonly Check[] => [
  { name: 'plans purely: the same targets in any order give the same channels', run: () => isPure(contract) },
  { name: 'puts every target on exactly one channel, or leaves it out', run: () => coversAll(contract) },
  { name: 'keeps the key of a channel whatever else is followed', run: () => keepsKeys(contract) },
  { name: 'resolves texts to valid targets', run: () => resolves(contract) },
  { name: 'survives nonsense that a person types', run: () => survivesNonsense(contract) },
];
