import { suggestionSchema, type Advisor, type Ctx, type Index, type Need, type Suggestion } from '@earshot/plugin-sdk';
import { ContractBroken, demand, type Check } from '../check.js';
import type { FakeCtx } from '../fakes/fake-ctx.js';
import { fakeIndex } from '../fakes/fake-index.js';
import { garbage } from '../fakes/garbage.js';
import { demandRemoteError, settled } from '../settle.js';

/** What {@link describeAdvisorContract} needs to know. */
export interface AdvisorContract<S, K> {
  readonly advisor: Advisor<Ctx<S, K>>;
  /** A fresh context; with `fetch`, on that network in place of its own. */
  readonly ctx: (fetch?: typeof globalThis.fetch) => FakeCtx<S, K>;
  /** Needs for which it has a suggestion. */
  readonly needs: readonly Need[];
  /** The advisor works without `ctx.fetch`. The checks that break the network are left out. */
  readonly offline?: true;
  /** Milliseconds within which it settles after an abort. Default 5,000; shorter only where this suite itself is tested. */
  readonly abortDeadlineMs?: number;
}

type WithIndex<S, K> = FakeCtx<S, K> & { readonly index: Index };

const mostSuggestions = 1_000;

const withIndex = <S, K>(ctx: FakeCtx<S, K>): WithIndex<S, K> => Object.assign(ctx, { index: fakeIndex() });

/** A context whose index was filled, where the advisor keeps one. */
const ready = async <S, K>({ advisor, ctx }: AdvisorContract<S, K>): Promise<WithIndex<S, K>> => {
  const made = withIndex(ctx());
  await advisor.refresh?.(made);
  return made;
};

const demandSuggestion = (suggestion: unknown): Suggestion => {
  const read = suggestionSchema.safeParse(suggestion);
  demand(read.success, `a suggestion is not valid: ${read.error?.message ?? ''}`);
  return read.data;
};

const gather = async (suggestions: AsyncIterable<Suggestion>): Promise<readonly Suggestion[]> => {
  const found: Suggestion[] = [];
  for await (const suggestion of suggestions) {
    found.push(demandSuggestion(suggestion));
    demand(found.length < mostSuggestions, 'the suggestions do not end');
  }
  return found;
};

const advises = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  for (const need of contract.needs) {
    const found = await gather(contract.advisor.advise(need, await ready(contract)));
    demand(found.length > 0, `nothing was found for ${JSON.stringify(need.restated)}`);
  }
};

const stopsEarly = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  for (const need of contract.needs) {
    const iterator = contract.advisor.advise(need, await ready(contract))[Symbol.asyncIterator]();
    await iterator.next();
    await settled('advise, of which the host has enough,', Promise.resolve(iterator.return?.()), contract.abortDeadlineMs);
  }
};

const oddNeeds: readonly Need[] = ['?', '"', "'; drop table posts; --", '* AND (', '😀', '\\', '%', 'x'.repeat(500), '\u202eevil'].map((restated) => ({ restated }));

const survivesNeeds = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  const nothing = async (): Promise<Response> => new Response('no', { status: 404 });
  for (const need of oddNeeds) {
    const ctx = withIndex(contract.offline ? contract.ctx() : contract.ctx(nothing));
    const [result] = await Promise.allSettled([gather(contract.advisor.advise(need, ctx))]);
    if (result.status === 'rejected' && result.reason instanceof ContractBroken) throw result.reason;
    demandRemoteError(`advise about ${JSON.stringify(need.restated.slice(0, 20))}`, result);
  }
};

const survivesGarbage = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  const { advisor, needs } = contract;
  if (contract.offline) return;
  for (const { name, fetch } of garbage) {
    for (const need of needs) {
      const [result] = await Promise.allSettled([gather(advisor.advise(need, withIndex(contract.ctx(fetch))))]);
      if (result.status === 'rejected' && result.reason instanceof ContractBroken) throw result.reason;
      demandRemoteError(`advise that gets ${name}`, result);
    }
    const [refreshed] = await Promise.allSettled([advisor.refresh?.(withIndex(contract.ctx(fetch)))]);
    demandRemoteError(`refresh that gets ${name}`, refreshed);
  }
};

const checksInOrder = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  const { advisor, needs } = contract;
  for (const need of advisor.check ? needs : []) {
    const ctx = await ready(contract);
    const found = await gather(advisor.advise(need, ctx));
    const checked = (await advisor.check?.(found, ctx)) ?? [];
    const cites = (list: readonly Suggestion[]): string => list.map(({ cite }) => cite.href).join(' ');
    for (const suggestion of checked) demandSuggestion(suggestion);
    demand(cites(checked) === cites(found), 'check gave other suggestions, or another order');
  }
};

const enrichesKnown = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  const { advisor, needs } = contract;
  const names = ({ identifiers }: Suggestion): readonly string[] => identifiers.map(({ scheme, value }) => `${scheme} ${value}`);
  for (const need of advisor.enrich ? needs : []) {
    const ctx = await ready(contract);
    const found = await gather(advisor.advise(need, ctx));
    const known = new Set(found.flatMap(names));
    for (const richer of await gather(advisor.enrich?.(found, ctx) ?? (async function* () {})())) {
      demand(names(richer).some((name) => known.has(name)), 'enrich gave something that shares no identifier with what was found');
    }
  }
};

const refreshes = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  const ctx = withIndex(contract.ctx());
  const refreshed = await contract.advisor.refresh?.(ctx);
  if (refreshed === undefined) return;
  demand(refreshed.again instanceof Date && refreshed.again > ctx.now(), 'refresh wants to come again in the past');
};

const obeysAbort = async <S, K>(contract: AdvisorContract<S, K>): Promise<void> => {
  const deaf = (): Promise<Response> => new Promise(() => undefined);
  for (const need of contract.needs) {
    const ctx = withIndex(contract.offline ? contract.ctx() : contract.ctx(deaf));
    const pulled = contract.advisor.advise(need, ctx)[Symbol.asyncIterator]().next();
    ctx.stop();
    await settled('advise that is aborted', pulled, contract.abortDeadlineMs);
  }
  const ctx = withIndex(contract.offline ? contract.ctx() : contract.ctx(deaf));
  const refreshed = Promise.resolve(contract.advisor.refresh?.(ctx));
  ctx.stop();
  await settled('refresh that is aborted', refreshed, contract.abortDeadlineMs);
};

/** The checks of {@link describeAdvisorContract}, to be run one by one. */
export const advisorChecks = <S, K>(contract: AdvisorContract<S, K>): readonly Check[] => [
  { name: 'suggests what can be cited, as valid data', run: () => advises(contract) },
  { name: 'stops when the host has enough', run: () => stopsEarly(contract) },
  { name: 'survives odd needs', run: () => survivesNeeds(contract) },
  { name: 'turns garbage into RemoteErrors or into nothing', run: () => survivesGarbage(contract) },
  { name: 'checks the same suggestions in the same order, where it checks', run: () => checksInOrder(contract) },
  { name: 'enriches what was found and nothing else, where it enriches', run: () => enrichesKnown(contract) },
  { name: 'refreshes, and comes again in the future, where it keeps an index', run: () => refreshes(contract) },
  { name: 'settles when the host aborts', run: () => obeysAbort(contract) },
];
