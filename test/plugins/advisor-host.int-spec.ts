import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Suggestion, remoteErrorKinds } from '@earshot/plugin-sdk';
import { type AccountAdvisor, AdvisorHost, AdvisorRefreshes, PluginCalls } from '@earshot/core/plugins';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withAdvisor } from './with-advisor.js';
import { withBrokenAdvisor } from './with-broken-advisor.js';
import { withLookUps } from './with-look-ups.js';

let bed: TestBed;
let under: HostUnderTest;
let host: AdvisorHost;
let refreshes: AdvisorRefreshes;

beforeAll(async () => {
  bed = await TestBed.open();
  under = await HostUnderTest.start(bed, [withAdvisor, withBrokenAdvisor, withLookUps]);
  host = new AdvisorHost(new PluginCalls(under.contexts, under.options), bed.database);
  refreshes = new AdvisorRefreshes(host, under.registry, bed.database, under.options);
});
afterAll(() => bed.close());

const need = { restated: 'wine cellar' };
const goes = (): AbortSignal => new AbortController().signal;
const shelf = (books: readonly { title: string; isbn?: string }[]): Promise<string> => bed.account('with-advisor', [], { books });
const broken = async (manner: string): Promise<AccountAdvisor> => host.advisor(await bed.account('with-broken-advisor', [], { manner }));
const gather = async (advisor: AccountAdvisor, found: Suggestion[] = []): Promise<readonly Suggestion[]> => {
  for await (const one of advisor.advise(need, goes())) found.push(one);
  return found;
};
const titles = (found: readonly Suggestion[]): readonly string[] => found.map(({ title }) => title);
/** Lets the host's time run until the work has settled. */
const whileTimeRuns = async <T>(work: Promise<T>): Promise<T> => {
  const turning = setInterval(() => under.clock.advance(1_000), 1);
  return work.finally(() => clearInterval(turning));
};

describe('an advisor', () => {
  it('finds, checks, enriches and presses', async () => {
    const account = await shelf([{ title: 'The wine cellar', isbn: '9781402721892' }, { title: 'Bread' }]);
    expect(await refreshes.refresh(account, goes())).toMatchObject({ done: true });
    const advisor = await host.advisor(account);
    const found = await gather(advisor);
    expect(titles(found)).toEqual(['The wine cellar']);
    expect((await advisor.check?.(found))?.[0]?.availability?.text).toBe('on the shelf "main"');
    const richer: Suggestion[] = [];
    for await (const one of advisor.enrich?.(found, goes()) ?? []) richer.push(one);
    expect(richer[0]?.summary).toBe('About The wine cellar.');
    expect(advisor.actions).toEqual(['Suggest a purchase']);
    expect((await advisor.press('Suggest a purchase', need, 'k1')).href).toBe('https://shelf.example/wishes/k1');
  });

  it.each(['constructor', 'Sell'])('has no action %s', async (action) => {
    await expect((await host.advisor(await shelf([]))).press(action, need, 'k')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is asked of no account that does not advise, nor of one that is not there', async () => {
    await expect(host.advisor(await bed.account('with-look-ups', []))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(host.advisor('019caf00-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(remoteErrorKinds)('says %s in its own words', async (kind) => {
    await expect(gather(await broken(kind))).rejects.toMatchObject({ name: 'RemoteError', kind, message: `The catalogue says ${kind}.` });
  });

  it.each([['throws', 'failed unexpectedly'], ['garbage', 'suggested what cannot be cited'], ['no-iterable', 'gave what cannot be read one by one']])('is named where it misbehaves: %s', async (manner, words) => {
    await expect(gather(await broken(manner))).rejects.toMatchObject({ name: 'PluginFault', message: expect.stringContaining(words) });
  });

  it('is cut off where it floods', async () => {
    expect(await gather(await broken('floods'))).toHaveLength(50);
  });

  it.each(['hangs', 'never-settles', 'one-then-hangs'])('is waited for no longer than 20 s, and what it found before stands: %s', async (manner) => {
    const found: Suggestion[] = [];
    await expect(whileTimeRuns(gather(await broken(manner), found))).rejects.toThrow('did not answer within 20 s');
    expect(found).toHaveLength(manner === 'one-then-hangs' ? 1 : 0);
  });

  it('is left at once at an abort, whatever it is doing', async () => {
    const controller = new AbortController();
    const first = (await broken('never-settles')).advise(need, controller.signal)[Symbol.asyncIterator]().next();
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
  });

  it.each([['throws', 'failed unexpectedly'], ['garbage', 'other suggestions'], ['auth', 'other suggestions']])('may not check something else: %s', async (manner, words) => {
    const found = titles(await gather(await broken('floods'))).map((title) => ({ title, cite: new URL(`https://a.example/${encodeURIComponent(title)}`), identifiers: [] }));
    await expect((await broken(manner)).check?.(found)).rejects.toMatchObject({ name: 'PluginFault', message: expect.stringContaining(words) });
  });

  it.each([['rejected', 'RemoteError'], ['throws', 'PluginFault'], ['garbage', 'PluginFault']])('fails an action in words: %s', async (manner, name) => {
    await expect((await broken(manner)).press('Buy', need, 'k')).rejects.toMatchObject({ name });
  });
});

describe('refreshing', () => {
  it.each([['throws', 'failed unexpectedly'], ['garbage', 'no document'], ['unreachable', 'The catalogue is away.'], ['floods', 'does not say when']])('keeps the index as it was where the advisor fails, and tries again later: %s', async (manner, words) => {
    const account = await bed.account('with-broken-advisor', [], { manner });
    const first = await refreshes.refresh(account, goes());
    expect(first).toMatchObject({ done: false, because: expect.stringContaining(words) });
    const second = await refreshes.refresh(account, goes());
    expect(second?.again.getTime()).toBe(under.clock.now() + 600_000);
    if (manner !== 'floods') expect(await bed.scene.query('select 1 from plugin_index where account_id = $1 and generation > 0', [account])).toEqual([]);
  });

  it('runs in one process at a time, and is taken over where that one died', async () => {
    const account = await bed.account('with-broken-advisor', [], { manner: 'hangs' });
    const controller = new AbortController();
    const hanging = whileTimeRuns(refreshes.refresh(account, controller.signal));
    await bed.scene.query('select 1');
    await new Promise<void>((resolve) => void setImmediate(resolve));
    for (;;) if ((await bed.scene.query('select 1 from advisor_refresh where account_id = $1', [account])).length > 0) break;
    expect(await refreshes.refresh(account, goes())).toBeUndefined();
    expect(await hanging).toMatchObject({ done: false, because: expect.stringContaining('did not answer within 3600 s') });
    await bed.scene.query(`update advisor_refresh set lease_token = gen_random_uuid(), lease_until = $2 where account_id = $1`, [account, new Date(under.clock.now())]);
    expect(await whileTimeRuns(refreshes.refresh(account, goes()))).toMatchObject({ done: false });
    const throwing = await bed.account('with-broken-advisor', [], { manner: 'throws' });
    await refreshes.refresh(throwing, goes());
    const held = (holder: string): Promise<unknown> => bed.scene.query('update advisor_refresh set lease_holder = $2, lease_until = $3 where account_id = $1', [throwing, holder, new Date(under.clock.now() + 60_000)]);
    await held(await bed.database.holder());
    expect(await refreshes.refresh(throwing, goes())).toBeUndefined();
    await held('killed');
    expect(await refreshes.refresh(throwing, goes())).toMatchObject({ done: false });
  });

  it('knows whose time has come: new accounts, and those that said so', async () => {
    const account = await shelf([]);
    under.clock.advance(60_000);
    expect(await refreshes.due()).toContain(account);
    await refreshes.refresh(account, goes());
    expect(await refreshes.due()).not.toContain(account);
    under.clock.advance(3_600_000);
    expect(await refreshes.due()).toContain(account);
    await bed.scene.query(`update account set state = 'off' where id = $1`, [account]);
    expect(await refreshes.due()).not.toContain(account);
  });
});
