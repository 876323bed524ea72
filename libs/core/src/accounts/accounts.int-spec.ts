import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import fc from 'fast-check';
import { isObjectType } from 'graphql';
import { withAccount } from '../../../../test/plugins/with-account.js';
import { type ApiAnswer, type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { HostOptions, Intake, loadPlugins, PluginsModule, SecretKeys, type Taken } from '../plugins/index.js';
import { type Actor, SignIn } from '../staff/index.js';
import { AccountChanges, AccountsModule, AccountsService, coverageReports } from './index.js';

class Changes extends AccountChanges {
  readonly told: string[] = [];
  changed(accountId: string): void {
    this.told.push(accountId);
  }
}
class NoIntake extends Intake {
  take(): Promise<Taken> {
    return Promise.reject(new Error('nothing is heard here'));
  }
  takeFetched(): Promise<Taken> {
    return this.take();
  }
}

const secretKeys = SecretKeys.of(randomBytes(32));
const changes = new Changes();
const classifying = { id: 'classifying', version: '1', sdk: '^0.1.0', networks: [], classifiers: { nothing: () => Promise.reject(new Error('not here')) } };
let api: ApiApp;
let scene: Scene;
let service: AccountsService;
let [county, ashford, millbrook, elsewhere]: [SceneLibrary, SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
const people: Record<'chief' | 'head' | 'librarian' | 'neighbour' | 'foreigner', string> = { chief: '', head: '', librarian: '', neighbour: '', foreigner: '' };
type Person = keyof typeof people;

beforeAll(async () => {
  const test = await createTestDatabase();
  const registry = await loadPlugins({ bundled: [{ name: 'with-account', definition: withAccount }, { name: 'classifying', definition: classifying }], packages: [] });
  @Global()
  @Module({ providers: [{ provide: AccountChanges, useValue: changes }, { provide: Intake, useClass: NoIntake }], exports: [AccountChanges, Intake] })
  class Here {}
  api = await startApi(test, { imports: [Here, PluginsModule.forRoot(registry, new HostOptions({ secretKeys })), AccountsModule] });
  service = api.app.get(AccountsService);
  scene = await Scene.open(test);
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  elsewhere = await scene.library({ name: 'Elsewhere' });
  people.chief = await scene.person(county, 'administrator');
  people.head = await scene.person(ashford, 'administrator');
  people.librarian = await scene.person(ashford, 'librarian');
  people.neighbour = await scene.person(millbrook, 'administrator');
  people.foreigner = await scene.person(elsewhere, 'administrator');
});
afterAll(async () => {
  await scene.close();
  await api.close();
});
beforeEach(() => void changes.told.splice(0));

const sessions = new Map<Person, Record<string, string>>();
const ask = async (who: Person, query: string, variables: object = {}): Promise<ApiAnswer> => {
  const headers = sessions.get(who) ?? { cookie: `earshot=${(await api.app.get(SignIn).openSession(people[who])).secret}`, 'x-earshot': '1' };
  sessions.set(who, headers);
  return api.ask(headers, query, variables);
};
const actor = (who: Person): Actor => ({ id: people[who], kind: 'person' });
const make = async (at: SceneLibrary = ashford, who: Person = 'head'): Promise<string> =>
  (await service.create(actor(who), { libraryId: at.id, plugin: 'with-account', name: 'Town feed', settings: '{"greeting":"hi"}' })).id;
const channelOf = async (account: string, at: SceneLibrary, told: { state?: string; words?: string; from?: Date; until?: Date; token?: number } = {}): Promise<string> => {
  const id = newId();
  await scene.query(
    `insert into channel(id, account_id, library_id, key, mode, pulse_ms, targets, state, state_words, heard_from, heard_until, lease_token, next_at)
     values ($1::uuid, $2, $3, $1::uuid::text, 'poll', 60000, '[{"kind":"feed","key":"x","label":"The paper"}]', $4, $5, $6, $7, $8, now() + interval '1 hour')`,
    [id, account, at.id, told.state ?? 'waiting', told.words ?? null, told.from ?? null, told.until ?? null, told.token ?? 0],
  );
  return id;
};
const channelRow = async (id: string): Promise<{ state: string; due: boolean; token: number; removed: boolean }> => {
  const [row] = await scene.query<{ state: string; due: boolean; token: number; removed: boolean }>(
    'select state, next_at <= now() as due, lease_token::int as token, removed_at is not null as removed from channel where id = $1', [id]);
  if (row === undefined) throw new Error('no such channel');
  return row;
};
const actionsOf = async (account: string): Promise<string[]> =>
  (await scene.query<{ action: string }>(`select action from audit where subject_id = $1 and subject_kind = 'account' order by id`, [account])).map(({ action }) => action);

const mutations = {
  rename: 'mutation($id: ID!) { renameAccount(accountId: $id, name: "Mine") { id } }',
  settings: 'mutation($id: ID!) { changeAccountSettings(accountId: $id, settings: "{}") { id } }',
  off: 'mutation($id: ID!) { turnAccount(accountId: $id, state: off) { id } }',
  remove: 'mutation($id: ID!) { removeAccount(accountId: $id) { id } }',
  secrets: 'mutation($id: ID!) { putAccountSecrets(accountId: $id, secrets: "{\\"token\\":\\"t\\"}") { id } }',
  addresses: 'mutation($id: ID!) { allowPrivateAddresses(accountId: $id, addresses: ["10.0.0.1"]) { id } }',
};
const create = 'mutation($input: CreateAccountInput!) { createAccount(input: $input) { id name plugin state health healthInWords settings } }';

describe('making an account', () => {
  it('takes what its plugin takes, with an entry in the audit log and news after the commit', async () => {
    const answer = await ask('head', create, { input: { libraryId: ashford.id, plugin: 'with-account', name: ' The town ', settings: '{"greeting":"good day"}' } });
    const account = (answer.data as { createAccount: { id: string } }).createAccount;
    expect(account).toMatchObject({ name: 'The town', plugin: 'with-account', state: 'on', health: 'new', healthInWords: 'Nothing was heard yet.', settings: '{"greeting":"good day"}' });
    expect(await actionsOf(account.id)).toEqual(['account.created']);
    expect(changes.told).toEqual([account.id]);
  });

  it.each([
    [{ plugin: 'nobody' }, 'plugin'],
    [{ plugin: 'classifying' }, 'plugin'],
    [{ name: ' ' }, 'name'],
    [{ settings: '{' }, 'settings'],
    [{ settings: '[]' }, 'settings'],
    [{ settings: 'null' }, 'settings'],
    [{ settings: '{"greeting":"\\u0000"}' }, 'settings'],
    [{ settings: '{"greeting":"\\ud800"}' }, 'settings'],
    [{ settings: '{"greeting":5}' }, 'settings.greeting'],
    [{ settings: '{"__proto__":{"greeting":1},"greeting":"x"}' }, 'settings'],
    [{ settings: `{"greeting":"${'x'.repeat(70_000)}"}` }, 'settings'],
    [{ settings: `{"greeting":${'['.repeat(30_000)}${']'.repeat(30_000)}}` }, 'settings'],
    [{ settings: `{"greeting":${'['.repeat(2_000)}${']'.repeat(2_000)}}` }, 'settings'],
  ])('refuses %# as bad input, and names the field', async (told, field) => {
    const answer = await ask('head', create, { input: { libraryId: ashford.id, plugin: 'with-account', name: 'x', ...told } });
    expect(codeOf(answer)).toBe('BAD_INPUT');
    expect(answer.errors?.[0]?.extensions['field']).toBe(field);
  });

  it('names every field that is wrong', async () => {
    const answer = await ask('head', create, { input: { libraryId: ashford.id, plugin: 'with-account', name: 'x', settings: '{"greeting":5,"colour":"red"}' } });
    expect(answer.errors?.[0]?.message).toMatch(/settings\.greeting: .*\n?.*colour/s);
  });

  it('takes or refuses any garbage, and never breaks', async () => {
    const account = await make();
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.json(), fc.json().map((json) => `{"token":${json},"greeting":${json}}`));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom('0.0.0.0/0', '::/0', 'nas.local:80', '[::1]:1', 'a:99999')), { maxLength: 3 }), async (garbage, addresses) => {
        const tries = [
          service.changeSettings(actor('head'), account, garbage),
          service.putSecrets(actor('head'), account, garbage),
          service.allowPrivateAddresses(actor('chief'), account, addresses),
        ];
        for (const outcome of await Promise.allSettled(tries)) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'PlatformError', code: 'BAD_INPUT' });
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('whose an account is', () => {
  it('decides who changes it: to others it is not there, and those below see it', async () => {
    const [own, above] = [await make(), await make(county, 'chief')];
    for (const mutation of Object.values(mutations)) {
      for (const who of ['neighbour', 'foreigner'] as const) expect([mutation, codeOf(await ask(who, mutation, { id: own }))]).toEqual([mutation, 'NOT_FOUND']);
      expect([mutation, codeOf(await ask('librarian', mutation, { id: own }))]).toEqual([mutation, 'FORBIDDEN']);
      expect([mutation, codeOf(await ask('head', mutation, { id: above }))]).toEqual([mutation, 'FORBIDDEN']);
    }
    expect(codeOf(await ask('neighbour', create, { input: { libraryId: ashford.id, plugin: 'with-account', name: 'x' } }))).toBe('NOT_FOUND');
    expect(codeOf(await ask('librarian', create, { input: { libraryId: ashford.id, plugin: 'with-account', name: 'x' } }))).toBe('FORBIDDEN');
    const one = 'query($id: ID!) { account(id: $id) { name settings allowedAddresses } }';
    expect((await ask('neighbour', one, { id: own })).data).toEqual({ account: null });
    expect((await ask('head', one, { id: above })).data).toEqual({ account: { name: 'Town feed', settings: null, allowedAddresses: null } });
    expect((await ask('librarian', one, { id: own })).data).toEqual({ account: { name: 'Town feed', settings: null, allowedAddresses: null } });
    expect(await actionsOf(own)).toEqual(['account.created']);
  });

  it('decides in which lists it stands, removed ones in none', async () => {
    const [own, above, gone] = [await make(), await make(county, 'chief'), await make()];
    await service.remove(actor('head'), gone);
    const list = async (who: Person, libraryId?: string): Promise<string[]> => {
      const answer = await ask(who, 'query($libraryId: ID) { accounts(first: 100, libraryId: $libraryId) { edges { node { id } } } }', { libraryId });
      return (answer.data as { accounts: { edges: { node: { id: string } }[] } }).accounts.edges.map(({ node }) => node.id);
    };
    expect(await list('head')).toEqual(expect.arrayContaining([own, above]));
    expect(await list('head')).not.toContain(gone);
    expect(await list('neighbour')).toContain(above);
    expect(await list('neighbour')).not.toContain(own);
    expect(await list('chief', millbrook.id)).not.toContain(own);
    expect(await list('foreigner')).toEqual([]);
  });

  it('lets only a person at the top of the tree open private addresses', async () => {
    const id = await make();
    const allow = (who: Person, addresses: string[]): Promise<ApiAnswer> =>
      ask(who, 'mutation($id: ID!, $addresses: [String!]!) { allowPrivateAddresses(accountId: $id, addresses: $addresses) { allowedAddresses } }', { id, addresses });
    expect(codeOf(await allow('head', ['10.0.0.1']))).toBe('FORBIDDEN');
    expect((await allow('chief', ['NAS.local:8080', 'nas.local:8080', '10.2.0.0/16'])).data).toEqual({ allowPrivateAddresses: { allowedAddresses: ['nas.local:8080', '10.2.0.0/16'] } });
    for (const wrong of ['0.0.0.0/0', 'nas.local', 'http://10.0.0.1', '', 'a:0']) expect([wrong, codeOf(await allow('chief', [wrong]))]).toEqual([wrong, 'BAD_INPUT']);
    const token: Actor = { id: people.chief, kind: 'token', scopes: ['administer'] };
    await expect(service.allowPrivateAddresses(token, id, [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(service.rename({ ...token, scopes: ['read', 'follow'] }, id, 'x')).rejects.toBeInstanceOf(PlatformError);
  });
});

describe('secrets', () => {
  it('are stored sealed, replace those before, and are told to nobody', async () => {
    const id = await make();
    const put = 'mutation($id: ID!, $secrets: String!) { putAccountSecrets(accountId: $id, secrets: $secrets) { id name signedInAt settings healthInWords } }';
    for (const token of ['first-hunter2', 'second-hunter2']) {
      const answer = await ask('head', put, { id, secrets: JSON.stringify({ token }) });
      expect(answer.errors).toBeUndefined();
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
    const [stored] = await scene.query<{ sealed: Buffer; version: number }>('select sealed, version from account_secret where account_id = $1', [id]);
    expect(stored?.version).toBe(2);
    expect(stored?.sealed.toString('latin1')).not.toContain('hunter2');
    expect(secretKeys.open(id, stored?.sealed ?? Buffer.alloc(0))).toBe('{"token":"second-hunter2"}');
    await expect(api.database.as(people.head, (tx) => tx.query('select sealed from account_secret'))).rejects.toMatchObject({ code: '42501' });
    const types = Object.values(api.app.get(GraphQLSchemaHost).schema.getTypeMap()).filter((type) => isObjectType(type) && /^(Account|Channel|DeadLetter|CoverageGap)/.test(type.name));
    expect(types.flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()) : [])).filter((field) => /secret|sealed|password/i.test(field))).toEqual([]);
    expect(JSON.stringify(await scene.query('select * from audit where subject_id = $1', [id]))).not.toContain('hunter2');
  });

  it('that the plugin does not take leave the old ones, and no message repeats them', async () => {
    const id = await make();
    await service.putSecrets(actor('head'), id, '{"token":"good"}');
    for (const secrets of ['{"token":""}', '{"token":"hunter2"', '{"token":["hunter2"]}']) {
      const answer = await ask('head', 'mutation($id: ID!, $secrets: String!) { putAccountSecrets(accountId: $id, secrets: $secrets) { id } }', { id, secrets });
      expect(codeOf(answer)).toBe('BAD_INPUT');
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
    expect(await scene.query('select version from account_secret where account_id = $1', [id])).toEqual([{ version: 1 }]);
  });

  it('end the need to sign in, let what had stopped try again, and are overwritten when the account goes', async () => {
    const id = await make();
    const channel = await channelOf(id, ashford, { state: 'stopped', words: 'The token was revoked.' });
    await scene.query(`update account set health = 'sign-in-again', health_words = 'The token was revoked.', plan_stale = false where id = $1`, [id]);
    expect(codeOf(await ask('head', 'mutation($id: ID!) { releaseChannel(channelId: $id) { id } }', { id: channel }))).toBe('CONFLICT');
    expect(await service.putSecrets(actor('head'), id, '{"token":"new"}')).toMatchObject({ health: 'new', healthWords: null });
    expect(await channelRow(channel)).toMatchObject({ state: 'waiting', due: true });
    expect(await scene.query('select plan_stale, identified_at from account where id = $1', [id])).toEqual([{ plan_stale: true, identified_at: null }]);
    await service.remove(actor('head'), id);
    expect(await scene.query('select length(sealed) as bytes from account_secret where account_id = $1', [id])).toEqual([{ bytes: 0 }]);
  });
});

describe('what is read', () => {
  it('is interrupted by new settings, and goes on with them at once; a pause stays', async () => {
    const id = await make();
    const [reading, paused] = [await channelOf(id, ashford, { state: 'reading', token: 7 }), await channelOf(id, ashford, { state: 'paused' })];
    await service.changeSettings(actor('head'), id, '{"greeting":"ahoy"}');
    expect(await channelRow(reading)).toEqual({ state: 'waiting', due: true, token: 8, removed: false });
    expect(await channelRow(paused)).toMatchObject({ state: 'paused', due: false, token: 0 });
    expect(changes.told).toEqual([id, id]);
  });

  it('stops when the account is turned off or removed', async () => {
    const id = await make();
    const channel = await channelOf(id, ashford, { state: 'reading', token: 1 });
    expect((await ask('head', mutations.off, { id })).errors).toBeUndefined();
    expect(await channelRow(channel)).toMatchObject({ state: 'waiting', token: 2, removed: false });
    expect(await service.turn(actor('head'), id, 'on')).toMatchObject({ state: 'on' });
    await service.remove(actor('head'), id);
    expect(await channelRow(channel)).toMatchObject({ token: 3, removed: true });
    expect(codeOf(await ask('head', mutations.rename, { id }))).toBe('NOT_FOUND');
    expect(await actionsOf(id)).toEqual(['account.created', 'account.turned-off', 'account.turned-on', 'account.removed']);
  });

  it('tries again when it is released, by its own administrators only', async () => {
    const id = await make();
    const channel = await channelOf(id, ashford, { state: 'quarantined', words: 'The plugin threw.' });
    await scene.query(`update account set health = 'failed', health_words = 'x' where id = $1`, [id]);
    const release = (who: Person): Promise<ApiAnswer> => ask(who, 'mutation($id: ID!) { releaseChannel(channelId: $id) { health healthInWords } }', { id: channel });
    expect(codeOf(await release('neighbour'))).toBe('NOT_FOUND');
    expect(codeOf(await release('librarian'))).toBe('FORBIDDEN');
    expect((await release('head')).data).toEqual({ releaseChannel: { health: 'new', healthInWords: 'Nothing was heard yet.' } });
    expect(await channelRow(channel)).toMatchObject({ state: 'waiting', due: true });
    expect(codeOf(await release('head'))).toBe('CONFLICT');
  });
});

describe('what was heard', () => {
  const all = `query($id: ID!) { account(id: $id) {
    library { name } createdBy { id } signedInAt
    coverage { words channels heard openGaps }
    heardByDay { kept dropped outcomes { outcome words times } }
    channels { edges { node { targetLabels targetCount stateInWords coverage account { id } gaps { edges { node { why state } } } heardByDay(days: 1) { kept } } } } } }`;

  it('says that somebody wrote to it in private, and where that is opened', async () => {
    const id = await make();
    const waiting = 'query($id: ID!) { account(id: $id) { waiting { conversations url since } } }';
    expect((await ask('librarian', waiting, { id })).data).toEqual({ account: { waiting: null } });
    await scene.query(`update account set waiting = 2, waiting_url = 'https://town.example/conversations', waiting_at = '2026-03-12T10:00:00Z' where id = $1`, [id]);
    expect((await ask('librarian', waiting, { id })).data).toEqual({ account: { waiting: { conversations: 2, url: 'https://town.example/conversations', since: '2026-03-12T10:00:00.000Z' } } });
  });
  it('is told of an account and its channels, with gaps, counts and dead letters, to its readers alone', async () => {
    const id = await make();
    const year = new Date().getUTCFullYear();
    const channel = await channelOf(id, ashford, { from: new Date(Date.UTC(year, 0, 3, 9)), until: new Date(Date.UTC(year, 0, 3, 14, 5)) });
    const silent = await channelOf(id, ashford, { state: 'quarantined', words: 'The plugin threw.' });
    const gap = `insert into coverage_gap(id, channel_id, library_id, gap_from, gap_to, why, state) values ($1, $2, $3, $4, $5, $6, $7)`;
    await scene.query(gap, [newId(), channel, ashford.id, new Date(Date.UTC(year, 0, 3, 10)), new Date(Date.UTC(year, 0, 3, 11)), 'the stream was cut', 'open']);
    await scene.query(gap, [newId(), channel, ashford.id, null, new Date(Date.UTC(year, 0, 3, 9, 30)), 'we slept', 'closed']);
    for (const [outcome, times] of [['kept', 3], ['unmatched', 40], ['refused:keep', 2]] as const)
      await scene.query(`insert into channel_count(channel_id, library_id, day, outcome, times) values ($1, $2, (now() at time zone 'UTC')::date, $3, $4)`, [channel, ashford.id, outcome, times]);
    for (const [outcome, times] of [['kept', 2], ['refused:keep', 1]] as const)
      await scene.query(`insert into account_count(account_id, library_id, day, outcome, times) values ($1, $2, (now() at time zone 'UTC')::date, $3, $4)`, [id, ashford.id, outcome, times]);
    for (let n = 0; n < 3; n++) await scene.query(`insert into dead_letter(id, channel_id, library_id, why, digest, last_at) values ($1, $2, $3, 'no date', $4, now() - $5 * interval '1 minute')`, [newId(), channel, ashford.id, `d${n}`, n]);

    const answer = await ask('librarian', all, { id });
    expect(answer.errors).toBeUndefined();
    // Of its channels, and of what none of them brought.
    const whole = { kept: 5, dropped: 43, outcomes: [{ outcome: 'unmatched', words: 'no follow asked for it', times: 40 }, { outcome: 'kept', words: 'kept', times: 5 }, { outcome: 'refused:keep', words: 'its author does not want it used (keep)', times: 3 }] };
    expect(answer.data).toMatchObject({ account: {
      library: { name: 'Ashford' }, createdBy: { id: people.head }, signedInAt: null,
      coverage: { words: 'from 3 January 09:00 until 14:05, with one gap; one channel of 2 has heard nothing yet', channels: 2, heard: 1, openGaps: 1 },
      heardByDay: [whole],
    } });
    const channels = (answer.data as { account: { channels: { edges: { node: object }[] } } }).account.channels.edges.map(({ node }) => node);
    expect(channels[0]).toMatchObject({
      targetLabels: ['The paper'], targetCount: 1, coverage: 'from 3 January 09:00 until 14:05, with one gap: 3 January 10:00 to 11:00 (the stream was cut)', account: { id },
      gaps: { edges: [{ node: { why: 'the stream was cut', state: 'open' } }, { node: { why: 'we slept', state: 'closed' } }] }, heardByDay: [{ kept: 3 }],
    });
    expect(channels[1]).toMatchObject({ coverage: 'nothing heard yet', stateInWords: 'Set aside until somebody lets it try again: The plugin threw.' });

    const gaps = 'query($id: ID!, $states: [CoverageGapState!]) { account(id: $id) { gaps(states: $states) { edges { node { channelId why state } } } } }';
    expect((await ask('librarian', gaps, { id })).data).toEqual({ account: { gaps: { edges: [{ node: { channelId: channel, why: 'the stream was cut', state: 'open' } }, { node: { channelId: channel, why: 'we slept', state: 'closed' } }] } } });
    expect((await ask('librarian', gaps, { id, states: ['closed', 'lost'] })).data).toMatchObject({ account: { gaps: { edges: [{ node: { why: 'we slept' } }] } } });

    const reads = api.app.get(Database).reads(ashford.system);
    const now = new Date(Date.UTC(year, 0, 4));
    const report = { name: 'Town feed', plugin: 'with-account', health: 'Nothing was heard yet.', coverage: 'from 3 January 09:00 until 14:05, with one gap; one channel of 2 has heard nothing yet', quiet: 0 };
    const broken = { title: 'The paper', state: expect.stringMatching(/^Looks again/), coverage: 'from 3 January 09:00 until 14:05, with one gap', gaps: ['3 January 10:00 to 11:00: the stream was cut. Open.'], more: 0 };
    const set = { title: 'The paper', state: 'Set aside until somebody lets it try again: The plugin threw.', coverage: 'nothing heard yet', gaps: [], more: 0 };
    expect(await coverageReports(reads, { libraryId: ashford.id }, now)).toContainEqual({ ...report, channels: [broken, set] });
    // Of one account also what is closed by now.
    expect(await coverageReports(reads, { libraryId: ashford.id, account: id }, now)).toEqual([{ ...report, channels: [{ ...broken, gaps: [...broken.gaps, 'up to 3 January 09:30: we slept. Closed.'] }, set] }]);
    expect(await coverageReports(reads, { libraryId: millbrook.id, account: id }, now)).toEqual([]);
    await reads.close();

    const letters = 'query($id: ID, $after: Cursor) { deadLetters(first: 2, accountId: $id, after: $after) { edges { node { digest channel { id } } } pageInfo { endCursor hasNextPage } } }';
    const first = (await ask('librarian', letters, { id })).data as { deadLetters: { edges: object[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
    expect(first.deadLetters).toMatchObject({ edges: [{ node: { digest: 'd0', channel: { id: channel } } }, { node: { digest: 'd1' } }], pageInfo: { hasNextPage: true } });
    expect((await ask('librarian', letters, { id, after: first.deadLetters.pageInfo.endCursor })).data).toMatchObject({ deadLetters: { edges: [{ node: { digest: 'd2' } }], pageInfo: { hasNextPage: false } } });
    expect((await ask('neighbour', letters, { id })).data).toMatchObject({ deadLetters: { edges: [] } });
    expect((await ask('neighbour', letters)).data).toMatchObject({ deadLetters: { edges: [] } });
    for (const hidden of [channel, silent]) expect((await ask('neighbour', 'query($id: ID!) { channel(id: $id) { id } }', { id: hidden })).data).toEqual({ channel: null });
    expect(codeOf(await ask('head', 'query($id: ID!) { account(id: $id) { heardByDay(days: 0) { day } } }', { id }))).toBe('BAD_INPUT');
  });
});

describe('the plugins of the installation', () => {
  it('say what they can do, and what an account of them needs, so that a form can be drawn', async () => {
    const answer = await ask('librarian', '{ plugins { id version networks capabilities signsIn settingsSchema secretsSchema } }');
    const plugins = answer.data?.['plugins'] as { id: string; settingsSchema: string | null; secretsSchema: string | null }[];
    expect(plugins.map(({ id }) => id)).toEqual(['classifying', 'with-account']);
    expect(plugins[0]).toMatchObject({ capabilities: ['classifiers'], signsIn: false, settingsSchema: null });
    expect(plugins[1]).toMatchObject({ version: '1', networks: ['fixture'], capabilities: ['source'] });
    expect(JSON.parse(plugins[1]?.settingsSchema ?? '')).toMatchObject({ type: 'object', properties: { greeting: { type: 'string', default: 'hello' } }, additionalProperties: false });
    expect(JSON.parse(plugins[1]?.secretsSchema ?? '')).toMatchObject({ required: ['token'], properties: { token: { minLength: 1 } } });
  });
});
