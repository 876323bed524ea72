import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Abilities, type Attempt, type Ref, RemoteError, type RemoteErrorFacts, type RemoteErrorKind } from '@earshot/plugin-sdk';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { outboxStore } from '../../../../test/support/reply-desk.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { Courier } from './courier.js';
import { Outbox } from './outbox.js';
import { type DueReply, OutboxRepository } from './outbox.repository.js';
import type { Outgoing } from './outgoing.js';
import type { Alarm } from './reply-alarm.js';
import { type Sender, Senders, SentPosts } from './senders.js';

const minute = 60_000;
const lease = 5 * minute;
const sentRef: Ref = { network: 'practice', id: 'ours-1' };

type Answer<T> = T | Error | (() => Promise<T>);
const give = async <T>(answer: Answer<T>): Promise<T> => {
  if (answer instanceof Error) throw answer;
  return typeof answer === 'function' ? (answer as () => Promise<T>)() : answer;
};

/** A network that does what the test tells, and remembers what it was asked. */
class ScriptedNetwork extends Senders {
  /** The last answer stays. */
  sends: Answer<Ref>[] = [sentRef];
  finds: Answer<Ref | 'absent' | 'cannot-tell'>[] = ['cannot-tell'];
  abilities: Answer<Abilities> = { reply: 'yes', length: { limit: 300, unit: 'grapheme' }, can: [] };
  account: Answer<'there' | 'not there'> = 'there';
  readonly sent: Attempt[] = [];
  readonly sought: Attempt[] = [];

  async forAccount(): Promise<Sender | undefined> {
    if ((await give(this.account)) === 'not there') return undefined;
    return {
      abilities: () => give(this.abilities),
      send: async (attempt) => {
        this.sent.push(attempt);
        return give(next(this.sends));
      },
      find: async (attempt) => {
        this.sought.push(attempt);
        return give(next(this.finds));
      },
    };
  }
}
const next = <T>(answers: T[]): T => (answers.length > 1 ? answers.shift() : answers[0]) as T;

class Noted extends SentPosts {
  readonly notes: unknown[] = [];
  onNote = (): void => {};
  async noteSent(...note: unknown[]): Promise<void> {
    this.notes.push(note);
    this.onNote();
  }
}

const remote = (kind: RemoteErrorKind, facts: RemoteErrorFacts = {}): RemoteError => new RemoteError(kind, `the network said: ${kind}`, facts);

let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, account]: [string, string] = [] as never;
let heard: Awaited<ReturnType<Scene['heard']>>;
let [clock, network, noted, logged]: [FakeClock, ScriptedNetwork, Noted, string[]] = [] as never;
let outbox: Outbox;
const opened: Outbox[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 6, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  ada = await scene.person(ashford);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

/** What was noted outside of the database: when something was sent. */
const marks: Date[] = [];

/** What the alarm of an outbox that runs would call. */
const alarms: (() => void)[] = [];
const alarm: Alarm = {
  start: (ring) => void alarms.push(ring),
  stop: async () => void alarms.pop(),
};
/** `own`: the clock of its machine, where that is another than the one that all share. */
const open = (own = clock): Outbox => {
  const log = { debug: () => {}, info: () => {}, warn: (message: string) => void logged.push(message), error: (message: string) => void logged.push(message) };
  const parts = { replies: outboxStore(database), courier: new Courier(network, own, log), sentPosts: noted, alarm, sentMark: { note: async (at: Date) => void marks.push(at) }, now: async () => new Date(clock.now()), clock: own, log };
  const one = new Outbox(parts);
  opened.push(one);
  return one;
};
beforeEach(async () => {
  await scene.query('delete from reply');
  [clock, network, noted, logged] = [new FakeClock(new Date('2026-03-01T12:00:00Z')), new ScriptedNetwork(), new Noted(), []];
  account = await scene.account(ashford);
  heard = await scene.heard(ashford);
  outbox = open();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.stop()));
});

interface Told {
  readonly at?: SceneLibrary;
  readonly heard?: { readonly conversation: string; readonly post: string };
  readonly columns?: Readonly<Record<string, unknown>>;
}

/** A reply that a person approved, and that is due now. */
const approved = async ({ at = ashford, heard: to = heard, columns = {} }: Told = {}): Promise<string> => {
  const row: Record<string, unknown> = {
    id: newId(), library_id: at.id, conversation_id: to.conversation, account_id: account, to_post_id: to.post, key: newId(), text: 'On the shelf by the window.', approved_text: 'On the shelf by the window.',
    state: 'approved', drafted_by: ada, approved_by: ada, approved_kind: 'person', approved_at: new Date(clock.now()), due_at: new Date(clock.now()), ...columns,
  };
  await scene.query(`insert into reply(${Object.keys(row).join(', ')}) values (${Object.keys(row).map((_, i) => `$${i + 1}`).join(', ')})`, Object.values(row));
  return row['id'] as string;
};
const stored = async (id: string): Promise<Record<string, unknown>> => (await scene.query('select * from reply where id = $1', [id]))[0] ?? {};
const timeline = async (conversation = heard.conversation): Promise<string[]> =>
  (await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by at, id', [conversation])).map(({ kind }) => kind);
const inMs = (ms: number): Date => new Date(clock.now() + ms);

/** All that is due now is settled. */
const work = async (...some: Outbox[]): Promise<void> => {
  const all = some.length > 0 ? some : [outbox];
  for (const one of all) {
    one.start();
    one.wake();
  }
  await Promise.all(all.map((one) => one.idle()));
};

describe('a disk that was put back', () => {
  const overdue = () => approved({ columns: { approved_at: inMs(-7_200_001), due_at: inMs(-3_600_001) } });

  it('says of a reply that it should have left long ago: it is asked for first, since when it was due, and not sent again', async () => {
    const id = await overdue();
    network.finds = [sentRef];
    await work();
    expect(network.sent).toEqual([]);
    expect(network.sought).toMatchObject([{ firstTriedAt: inMs(-3_600_001), lastTriedAt: inMs(-3_600_001) }]);
    expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef });
  });
  it('or says so after days in which nothing ran: what is not there is sent', async () => {
    const id = await overdue();
    network.finds = ['absent'];
    await work();
    expect(network.sent).toHaveLength(1);
    expect(await stored(id)).toMatchObject({ state: 'sent', tries: 1 });
  });
  it('what the network cannot tell is with a person', async () => {
    const id = await overdue();
    network.finds = ['cannot-tell'];
    await work();
    expect([network.sent, (await stored(id))['state']]).toEqual([[], 'unknown']);
  });
  it('is known by a mark outside of the database, which has the moment of the last sending as the database does', async () => {
    marks.length = 0;
    await scene.query('update installation set last_sent_at = null');
    await approved();
    await work();
    expect(marks).toEqual([new Date(clock.now())]);
    expect(await scene.query('select last_sent_at from installation')).toEqual([{ last_sent_at: new Date(clock.now()) }]);
  });
});

it('what is due within the millisecond leaves when that is over, and not half a second later', async () => {
  const id = await approved({ columns: { due_at: '2026-03-01T12:00:00.000400Z' } });
  await work();
  expect(await stored(id)).toMatchObject({ state: 'approved' });
  clock.advance(1);
  await outbox.idle();
  expect(await stored(id)).toMatchObject({ state: 'sent' });
});

describe('two replies in one conversation', () => {
  it('of two accounts are taken one after the other, also where both are taken at once', async () => {
    const replies = outboxStore(database);
    const lease = { now: new Date(clock.now()), until: inMs(300_000) };
    for (let time = 0; time < 10; time++) {
      await scene.query('delete from reply');
      for (const accountId of [account, await scene.account(ashford)]) await approved({ columns: { account_id: accountId } });
      const due = await replies.due(new Date(clock.now()), 10);
      expect(due).toHaveLength(2);
      const taken = await Promise.all(due.map((each) => replies.take(each, lease)));
      expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
    }
  });
  it('leave in the order in which they are due, also where the first has to go again', async () => {
    network.sends = [remote('rate-limited', { retryAfter: inMs(30_000) }), sentRef];
    const first = await approved({ columns: { text: 'First.', approved_text: 'First.', due_at: inMs(-2) } });
    const second = await approved({ columns: { text: 'Second.', approved_text: 'Second.', due_at: inMs(-1) } });
    await work();
    expect([network.sent.map(({ text }) => text), (await stored(first))['state'], (await stored(second))['state']]).toEqual([['First.'], 'approved', 'approved']);
    // It does not look every moment for what waits behind another.
    expect((await scene.query('select next_reply_due() as at'))[0]).toEqual({ at: inMs(30_000) });
    clock.advance(30_000);
    await work();
    expect(network.sent.map(({ text }) => text)).toEqual(['First.', 'First.', 'Second.']);
    expect(await stored(second)).toMatchObject({ state: 'sent' });
  });
  it('from two accounts as well', async () => {
    network.sends = [remote('rate-limited', { retryAfter: inMs(30_000) }), sentRef];
    await approved({ columns: { text: 'First.', approved_text: 'First.', due_at: inMs(-2) } });
    const [other] = [account, (account = await scene.account(ashford))];
    await work();
    const second = await approved({ columns: { text: 'Second.', approved_text: 'Second.' } });
    expect(other).not.toBe(account);
    await work();
    expect([network.sent.map(({ text }) => text), (await stored(second))['state']]).toEqual([['First.'], 'approved']);
  });
  it('do not wait for one that was refused, or of which only a person knows', async () => {
    for (const kind of ['rejected', 'outcome-unknown'] as const) {
      [network.sends, network.finds] = [[remote(kind), sentRef], ['cannot-tell']];
      await approved({ columns: { due_at: inMs(-2) } });
      const second = await approved();
      await work();
      expect(await stored(second)).toMatchObject({ state: 'sent' });
    }
  });
  it('do not wait for one that failed once and was approved anew for next week', async () => {
    await approved({ columns: { first_tried_at: inMs(-60_000), last_tried_at: inMs(-60_000), due_at: inMs(7 * 86_400_000) } });
    const second = await approved();
    await work();
    expect(await stored(second)).toMatchObject({ state: 'sent' });
  });
  it('that two processes left half sent from two accounts are looked for in the order of their approval', async () => {
    const left = (text: string, ago: number) => approved({ columns: { text, approved_text: text, state: 'sending', approved_at: inMs(-ago), first_tried_at: inMs(-ago), last_tried_at: inMs(-ago), lease_until: inMs(-1), due_at: inMs(-ago) } });
    network.finds = ['cannot-tell'];
    const second = await left('Second.', 10);
    account = await scene.account(ashford);
    const first = await left('First.', 20);
    await work();
    expect([network.sought.map(({ text }) => text), (await stored(first))['state'], (await stored(second))['state']]).toEqual([['First.', 'Second.'], 'unknown', 'unknown']);
  });
  it('are of no matter to another conversation', async () => {
    network.sends = [remote('rate-limited', { retryAfter: inMs(30_000) }), sentRef];
    await approved({ columns: { due_at: inMs(-2) } });
    const elsewhere = await approved({ heard: await scene.heard(ashford) });
    await work();
    expect(await stored(elsewhere)).toMatchObject({ state: 'sent' });
  });
});

describe('a reply that is due', () => {
  it('is sent, and its conversation answered and claimed', async () => {
    const id = await approved();
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef, sent_at: new Date(clock.now()), tries: 1, lease_until: null, failure_words: null });
    expect(await scene.query('select state, waiting_on, waiting_since, version from conversation where id = $1', [heard.conversation])).toEqual([
      { state: 'answered', waiting_on: 'author', waiting_since: null, version: 3 },
    ]);
    expect(await scene.query('select library_id, claimed_by, answered_at from thread_claim where thread_id = $1', [heard.thread])).toEqual([
      { library_id: ashford.id, claimed_by: ada, answered_at: new Date(clock.now()) },
    ]);
    expect(await timeline()).toEqual(['sent']);
    expect(await scene.query('select action, actor_id from audit where subject_id = $1', [id])).toEqual([{ action: 'reply.sent', actor_id: ashford.system }]);
    expect(noted.notes).toEqual([[sentRef, { postId: heard.post }, account]]);
    await work();
    expect(network.sent).toHaveLength(1);
  });

  it('is told to the network whole: what it answers, in which thread, and since when it is tried', async () => {
    const [parent] = await scene.query<{ id: string; remote_id: string }>('select id, remote_id from post where id = $1', [heard.post]);
    const below = await scene.post(heard.thread, { parent_id: heard.post, remote_id: 'below' });
    const key = newId();
    await approved({ heard: { ...heard, post: below }, columns: { key, lang: 'pt-BR' } });
    await work();
    expect(network.sent).toEqual([
      { key, part: 0, text: 'On the shelf by the window.', to: { network: 'practice', id: 'below' }, root: { network: 'practice', id: parent?.remote_id }, lang: 'pt-BR', media: [], firstTriedAt: new Date(clock.now()), lastTriedAt: new Date(clock.now()) },
    ]);
  });

  it('names posts as the host of the account does, where that is known', async () => {
    const us = await scene.profile({ url: 'https://town.example/@library' });
    await scene.query('update account set profile_id = $2 where id = $1', [account, us]);
    const below = await scene.post(heard.thread, { parent_id: heard.post, remote_id: 'named-below' });
    const unnamed = await scene.post(heard.thread, { parent_id: heard.post, remote_id: 'far.example/9' });
    for (const [post, host, local] of [[below, 'a.example', '1'], [below, 'town.example', '2'], [heard.post, 'b.example', '3'], [unnamed, 'far.example', '9']])
      await scene.query(`insert into post_alias(network, host, local_id, post_id) values ('practice', $1, $2, $3)`, [host, local, post]);
    await approved({ heard: { ...heard, post: below } });
    await approved({ heard: { ...heard, post: unnamed }, columns: { due_at: inMs(1) } });
    await work();
    clock.advance(1);
    await work();
    const [parent] = await scene.query<{ remote_id: string }>('select remote_id from post where id = $1', [heard.post]);
    const root = { network: 'practice', id: parent?.remote_id, local: { host: 'b.example', id: '3' } };
    expect(network.sent.map(({ to, root: first }) => [to, first])).toEqual([
      [{ network: 'practice', id: 'named-below', local: { host: 'town.example', id: '2' } }, root],
      [{ network: 'practice', local: { host: 'far.example', id: '9' } }, root],
    ]);
  });

  it('is known to be on its way before the network hears of it', async () => {
    const id = await approved();
    let seen: Record<string, unknown> = {};
    network.sends = [
      async () => {
        seen = await stored(id);
        return sentRef;
      },
    ];
    await work();
    expect(seen).toMatchObject({ state: 'sending', lease_until: inMs(lease), first_tried_at: new Date(clock.now()) });
  });

  it('leaves at its time and not before, by the timer alone', async () => {
    const id = await approved({ columns: { due_at: inMs(1_500) } });
    await work();
    clock.advance(1_499);
    await outbox.idle();
    expect(network.sent).toHaveLength(0);
    clock.advance(1);
    await outbox.idle();
    expect(await stored(id)).toMatchObject({ state: 'sent' });
  });

  it('that another process approved is noticed within two seconds', async () => {
    await work();
    const id = await approved();
    clock.advance(2_000);
    await outbox.idle();
    expect(await stored(id)).toMatchObject({ state: 'sent' });
  });

  it('is not sent where the post is gone or no longer heard', async () => {
    const id = await approved();
    await scene.query(`update post set gone_at = now(), gone_why = 'deleted', text = null, html = null, search = null where id = $1`, [heard.post]);
    const elsewhere = await scene.heard(millbrook);
    const unheard = await approved({ heard: { ...heard, post: elsewhere.post } });
    await work();
    expect(network.sent).toHaveLength(0);
    for (const one of [id, unheard]) expect(await stored(one)).toMatchObject({ state: 'failed', failure_kind: 'gone' });
    expect(await timeline()).toEqual(['send-failed', 'send-failed']);
  });

  it('leaves a claim of another library, and a conversation that was closed, as they are', async () => {
    await scene.conversation(millbrook, heard.thread);
    await scene.query('insert into thread_claim(thread_id, library_id, claimed_by) values ($1, $2, $3)', [heard.thread, millbrook.id, ada]);
    await scene.query(`update conversation set state = 'closed' where id = $1`, [heard.conversation]);
    const id = await approved();
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent' });
    expect(await scene.query('select library_id, answered_at from thread_claim where thread_id = $1', [heard.thread])).toEqual([{ library_id: millbrook.id, answered_at: null }]);
    expect(await scene.query('select state, waiting_on from conversation where id = $1', [heard.conversation])).toEqual([{ state: 'closed', waiting_on: null }]);
  });

  it.each([
    ['its author', false, { state: 'open', waiting_on: 'us', waiting_since: expect.any(Date) }],
    ['nobody but ourselves', true, { state: 'answered', waiting_on: 'author', waiting_since: null }],
  ])('that %s answered before we knew that it was out', async (_, ourselves, conversation) => {
    const us = await scene.profile();
    const id = await approved();
    const ref = { network: 'practice', id: `out-${id}` };
    network.sends = [
      async () => {
        const ours = await scene.post(heard.thread, { parent_id: heard.post, remote_id: ref.id, author_id: us });
        await scene.post(heard.thread, { parent_id: ours, author_id: ourselves ? us : heard.author });
        return ref;
      },
    ];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent' });
    expect(await scene.query('select state, waiting_on, waiting_since from conversation where id = $1', [heard.conversation])).toEqual([conversation]);
  });

  it('belongs to the conversation into which its own was merged while it was on its way', async () => {
    const survivor = await scene.heard(ashford);
    const id = await approved();
    network.sends = [
      async () => {
        await scene.query('select merge_conversation_work($1, $2)', [heard.conversation, survivor.conversation]);
        return sentRef;
      },
    ];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', conversation_id: survivor.conversation });
    expect([await timeline(), await timeline(survivor.conversation)]).toEqual([[], ['sent']]);
    expect(await scene.query('select state from conversation where id = $1', [survivor.conversation])).toEqual([{ state: 'answered' }]);
  });
});

describe('what the network says', () => {
  const fault = new TypeError('undefined is not a function');
  const thatNobodyKnows: [string, Error][] = [
    ['outcome-unknown', remote('outcome-unknown')],
    ['unreachable', remote('unreachable')],
    ['invalid-data', remote('invalid-data')],
    ['a fault of the plugin', fault],
  ];

  it.each(thatNobodyKnows)('after %s it is looked for: found is sent, and not sent again', async (_, error) => {
    const id = await approved();
    [network.sends, network.finds] = [[error], [sentRef]];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef });
    expect(network.sought).toEqual(network.sent);
    expect(network.sent).toHaveLength(1);
  });

  it.each(thatNobodyKnows)('after %s, absent goes again with the same key, later', async (_, error) => {
    const id = await approved();
    [network.sends, network.finds] = [[error, sentRef], ['absent']];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'approved', failure_kind: 'absent', due_at: inMs(15_000), lease_until: null });
    expect(await timeline()).toEqual([]);
    clock.advance(15_000);
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', tries: 2 });
    // The same for life: also when it was first tried.
    expect(network.sent[1]).toEqual({ ...network.sent[0], lastTriedAt: new Date(clock.now()) });
  });

  it.each(thatNobodyKnows)('after %s, where the network cannot tell, a person decides', async (_, error) => {
    const id = await approved();
    [network.sends, network.finds] = [[error], ['cannot-tell']];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'unknown', failure_kind: 'cannot-tell', lease_until: null });
    expect(await timeline()).toEqual(['send-unknown']);
    clock.advance(60 * minute);
    await work();
    expect([network.sent.length, network.sought.length]).toEqual([1, 1]);
  });

  it('a rejection ends it, with the reason, and nobody looks for it', async () => {
    const id = await approved();
    network.sends = [remote('rejected')];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'failed', failure_kind: 'rejected', failure_words: 'the network said: rejected' });
    expect(network.sought).toHaveLength(0);
    expect(await timeline()).toEqual(['send-failed']);
  });

  it.each([
    ['as long as it is asked to', () => inMs(10 * minute), 10 * minute],
    ['a day at most', () => inMs(72 * 60 * minute), 24 * 60 * minute],
    ['a second at least', () => inMs(-minute), 1_000],
    ['its own time, where that is no time', () => new Date(NaN), 15_000],
  ])('too many requests: it waits %s, and that is no failed try', async (_, retryAfter, ms) => {
    const id = await approved();
    for (const asked of ['sends', 'abilities'] as const) {
      const busy = remote('rate-limited', { retryAfter: retryAfter() });
      if (asked === 'sends') network.sends = [busy];
      else network.abilities = busy;
      await work();
      expect(await stored(id)).toMatchObject({ state: 'approved', due_at: inMs(ms), tries: 0 });
      clock.advance(ms);
    }
    expect([network.sent.length, network.sought.length]).toEqual([1, 0]);
  });

  it('what waited as the network asked is looked for as what left just now, also by whoever comes after a crash', async () => {
    const id = await approved();
    const begun = new Date(clock.now());
    network.sends = [remote('rate-limited', { retryAfter: inMs(10 * minute) }), remote('outcome-unknown')];
    network.finds = [remote('unreachable'), 'absent'];
    await work();
    clock.advance(10 * minute);
    const left = new Date(clock.now());
    await work();
    expect(network.sought.map(({ firstTriedAt, lastTriedAt }) => [firstTriedAt, lastTriedAt])).toEqual([[begun, left]]);
    expect(await stored(id)).toMatchObject({ state: 'sending', first_tried_at: begun, last_tried_at: left });
    clock.advance(lease);
    await work(open());
    expect(network.sought.map(({ lastTriedAt }) => lastTriedAt)).toEqual([left, left]);
    expect(await stored(id)).toMatchObject({ state: 'approved', last_tried_at: left });
  });

  it.each([
    ['auth', () => (network.sends = [remote('auth')]), 'auth'],
    ['nobody who says whether it may', () => (network.abilities = remote('unreachable')), 'unreachable'],
    ['an account that cannot be opened', () => (network.account = new Error('no key')), 'fault'],
    ['absent, again and again', () => ([network.sends, network.finds] = [[remote('outcome-unknown')], ['absent']]), 'absent'],
  ])('%s: it is tried five times, ever later, and has failed then', async (_, script, why) => {
    const id = await approved();
    script();
    const pauses: number[] = [];
    for (let tries = 1; tries < 5; tries++) {
      await work();
      const { state, due_at: due } = await stored(id);
      expect(state).toBe('approved');
      pauses.push((due as Date).getTime() - clock.now());
      clock.advance(pauses.at(-1) ?? 0);
    }
    await work();
    expect(pauses).toEqual([15_000, 30_000, 60_000, 120_000]);
    expect(await stored(id)).toMatchObject({ state: 'failed', failure_kind: why, tries: 5 });
  });

  it('it is not sent where the network allows it no more', async () => {
    const id = await approved();
    network.abilities = { reply: 'no', because: 'Only followers may reply.', length: { limit: 300, unit: 'grapheme' }, can: [] };
    await work();
    expect(await stored(id)).toMatchObject({ state: 'failed', failure_kind: 'not-allowed', failure_words: 'Only followers may reply.' });
    expect([network.sent.length, network.sought.length]).toEqual([0, 0]);
  });

  it('it is never sent again while nobody can ask whether it arrived', async () => {
    const id = await approved();
    [network.sends, network.finds] = [[remote('outcome-unknown')], [remote('unreachable')]];
    for (let tries = 1; tries < 5; tries++) {
      await work();
      expect(await stored(id)).toMatchObject({ state: 'sending', failure_kind: 'unreachable' });
      clock.advance(15_000 * 2 ** (tries - 1));
    }
    await work();
    expect(await stored(id)).toMatchObject({ state: 'unknown', failure_kind: 'unreachable' });
    expect([network.sent.length, network.sought.length]).toEqual([1, 5]);
  });

  it('too many requests where it is asked whether it arrived: it waits as it is asked to, however often, and that is no failed try', async () => {
    const id = await approved();
    [network.sends, network.finds] = [[remote('outcome-unknown')], [remote('rate-limited', { retryAfter: inMs(10 * minute) })]];
    await work();
    for (let time = 1; time <= 6; time++) {
      expect(await stored(id)).toMatchObject({ state: 'sending', lease_until: inMs(10 * minute), tries: 0 });
      clock.advance(10 * minute);
      network.finds = time < 6 ? [remote('rate-limited', { retryAfter: inMs(10 * minute) })] : [sentRef];
      await work();
    }
    expect(await stored(id)).toMatchObject({ state: 'sent' });
    expect([network.sent.length, network.sought.length]).toEqual([1, 7]);
  });

  it('an account that can no longer answer fails it, unless it may have been sent before', async () => {
    network.account = 'not there';
    const id = await approved();
    await work();
    expect(await stored(id)).toMatchObject({ state: 'failed', failure_kind: 'no-account' });
    const before = await approved({ columns: { state: 'sending', lease_until: inMs(0), first_tried_at: inMs(-minute), tries: 1 } });
    await work();
    expect(await stored(before)).toMatchObject({ state: 'unknown', failure_kind: 'no-account' });
  });
});

describe('processes', () => {
  it('one that was killed while sending: the network is asked once its lease is over, and not before', async () => {
    const id = await approved({ columns: { state: 'sending', lease_until: inMs(minute), first_tried_at: inMs(-minute), tries: 1 } });
    await work();
    expect([network.sent.length, network.sought.length]).toEqual([0, 0]);
    network.finds = [sentRef];
    clock.advance(minute);
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef, tries: 2 });
    expect([network.sent.length, network.sought.length]).toEqual([0, 1]);
    expect(network.sought[0]).toMatchObject({ firstTriedAt: inMs(-2 * minute) });
  });

  it('two of them send each reply once, one at a time from each account, also where libraries share it', async () => {
    const shared = await scene.account(county);
    const atMillbrook = await scene.heard(millbrook);
    for (let n = 0; n < 4; n++) {
      await approved();
      await approved({ columns: { account_id: shared } });
      await approved({ at: millbrook, heard: atMillbrook, columns: { account_id: shared } });
    }
    const most = new Map<string, number>();
    network.sends = [
      async () => {
        const busy = await scene.query<{ account_id: string; n: number }>(`select account_id, count(*)::int n from reply where state = 'sending' group by 1`);
        for (const { account_id: id, n } of busy) most.set(id, Math.max(n, most.get(id) ?? 0));
        return sentRef;
      },
    ];
    const two = [open(), open()];
    for (let turns = 0; turns < 20; turns++) {
      await work(...two);
      clock.advance(500);
    }
    expect(network.sent).toHaveLength(12);
    expect(new Set(network.sent.map(({ key }) => key)).size).toBe(12);
    expect(Object.fromEntries(most)).toEqual({ [account]: 1, [shared]: 1 });
    expect(await scene.query('select state, count(*)::int n from reply group by 1')).toEqual([{ state: 'sent', n: 12 }]);
  });

  it('one looks at once when it is told that another approved something', async () => {
    await work();
    const id = await approved();
    expect(alarms).toHaveLength(1);
    alarms[0]?.();
    await outbox.idle();
    expect(await stored(id)).toMatchObject({ state: 'sent' });
    await outbox.stop();
    expect(alarms).toEqual([]);
  });

  it('two of them that saw two replies of one account at once take one', async () => {
    const store = outboxStore(database);
    const [one, other] = [await approved(), await approved()];
    const under = { now: new Date(clock.now()), until: inMs(lease) };
    const taken = await Promise.all([one, other, one, other].map((replyId) => store.take({ replyId, accountId: account, actorId: ashford.system }, under)));
    expect(taken.filter((outgoing) => outgoing !== undefined)).toHaveLength(1);
    expect(await store.due(under.now, 10)).toEqual([]);
    expect(await store.due(under.until, 10)).toHaveLength(1);
  });

  it('one whose own clock was set a day ahead sends nothing before its time, and takes nothing from one that is at it', async () => {
    const ahead = open(new FakeClock(inMs(26 * 60 * minute)));
    const id = await approved({ columns: { due_at: inMs(minute) } });
    await work(ahead);
    expect(network.sent).toHaveLength(0);
    clock.advance(minute);
    network.finds = ['absent'];
    network.sends = [
      async () => {
        await work(ahead);
        return sentRef;
      },
    ];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', tries: 1, lease_until: null });
    expect([network.sent.length, network.sought.length]).toEqual([1, 0]);
  });

  it('one that stops before it took what it saw, takes nothing', async () => {
    const id = await approved();
    outbox.start();
    await outbox.stop();
    expect(await stored(id)).toMatchObject({ state: 'approved' });
  });

  it('one that lost its lease changes nothing, but for the proof that it was sent', async () => {
    const id = await approved();
    const other = open();
    network.finds = ['absent'];
    network.sends = [
      async () => {
        // It hangs for longer than its lease: another takes over, does not find it, and would send it again.
        clock.advance(lease);
        await work(other);
        expect(await stored(id)).toMatchObject({ state: 'approved', failure_kind: 'absent' });
        return sentRef;
      },
    ];
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef });
    clock.advance(60 * minute);
    await work(outbox, other);
    expect(network.sent).toHaveLength(1);

    const refused = await approved();
    network.sends = [
      async () => {
        clock.advance(lease);
        await work(other);
        throw remote('rejected');
      },
    ];
    await work();
    expect(await stored(refused)).toMatchObject({ state: 'approved', failure_kind: 'absent' });
    expect(logged).toEqual(['A reply was sent by a process that had lost its lease', 'The lease of a reply ran out while it was being sent']);
  });

  it('one that was held up for longer than its lease before it calls the network calls it no more where another has the reply, and holds it anew where nobody has', async () => {
    const { abilities } = network;
    const heldUp = (meanwhile: () => Promise<void>): void => {
      network.abilities = async () => {
        network.abilities = abilities;
        clock.advance(lease);
        await meanwhile();
        return give(abilities);
      };
    };
    const other = open();
    network.finds = ['absent'];
    const id = await approved();
    heldUp(async () => {
      await work(other);
      clock.advance(minute);
      await work(other);
      expect(await stored(id)).toMatchObject({ state: 'sent' });
    });
    await work();
    expect(network.sent).toHaveLength(1);
    expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef });
    expect(logged).toEqual(['The lease of a reply ran out before it was sent, and another has it']);

    const second = await approved();
    heldUp(async () => {});
    let until: unknown;
    network.sends = [async () => { until = (await stored(second))['lease_until']; return sentRef; }];
    await work();
    expect(network.sent).toHaveLength(2);
    expect(until).toEqual(inMs(lease));
  });

  it('one that was held up after it was told that it has the reply asks again', async () => {
    const [other, store, now] = [open(), OutboxRepository.prototype, performance.now.bind(performance)];
    const hold = store.hold;
    network.finds = ['absent'];
    let stoodStill = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now() + stoodStill);
    jest.spyOn(store, 'hold').mockImplementationOnce(async function (this: OutboxRepository, ...told) {
      const ours = await hold.apply(this, told);
      stoodStill = 2 * lease;
      clock.advance(lease);
      await work(other);
      clock.advance(minute);
      await work(other);
      return ours;
    });
    try {
      const id = await approved();
      await work();
      expect(network.sent).toHaveLength(1);
      expect(await stored(id)).toMatchObject({ state: 'sent' });
      expect(logged).toEqual(['The lease of a reply ran out before it was sent, and another has it']);
    } finally {
      jest.restoreAllMocks();
    }
  });

  describe('one that lost its lease, and learns late that it was sent', () => {
    /** Sent by a process that hangs; another took over and left the reply as `meanwhile` makes it. */
    const late = async (meanwhile: (id: string) => Promise<unknown>): Promise<string> => {
      const id = await approved();
      network.finds = ['cannot-tell'];
      network.sends = [
        async () => {
          clock.advance(lease);
          await work(open());
          expect(await stored(id)).toMatchObject({ state: 'unknown' });
          await meanwhile(id);
          return sentRef;
        },
      ];
      await work();
      return id;
    };
    const redraft = (id: string, state = 'draft', more = ''): Promise<unknown> =>
      scene.query(`update reply set state = '${state}', approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null, version = version + 1 ${more} where id = $1`, [id]);
    const others = (id: string): Promise<Record<string, unknown>[]> => scene.query('select * from reply where id <> $1', [id]);

    it.each(['draft', 'in_review', 'withdrawn'])('tells so, also where a person made it a %s meanwhile', async (state) => {
      const id = await late((each) => redraft(each, state));
      expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef, approved_by: ada, approved_text: 'On the shelf by the window.' });
      clock.advance(60 * minute);
      await work();
      expect(network.sent).toHaveLength(1);
    });
    it('leaves what a person wrote meanwhile as a draft of its own, with a key of its own', async () => {
      const id = await late((each) => redraft(each, 'draft', `, text = 'It is out until May.', lang = 'de'`));
      expect(await stored(id)).toMatchObject({ state: 'sent', text: 'On the shelf by the window.', lang: 'en' });
      const [draft] = await others(id);
      expect(draft).toMatchObject({ state: 'draft', text: 'It is out until May.', lang: 'de', drafted_by: ada, to_post_id: heard.post, first_tried_at: null, approved_by: null });
      expect(draft?.['key']).not.toBe((await stored(id))['key']);
      expect(await timeline()).toEqual(['send-unknown', 'drafted', 'sent']);
    });
    it('voids an approval of other words, which nobody has sent yet', async () => {
      const id = await late((each) => scene.query(`update reply set state = 'approved', text = 'Or this.', approved_text = 'Or this.', due_at = $2, version = version + 1 where id = $1`, [each, inMs(minute)]));
      clock.advance(60 * minute);
      await work();
      expect(network.sent).toHaveLength(1);
      expect((await others(id)).map(({ state, text }) => [state, text])).toEqual([['draft', 'Or this.']]);
    });
    it('tells its name to a person who had seen it there', async () => {
      const id = await late((each) => scene.query(`update reply set state = 'sent', sent_at = $2, sent_ref = '{"decided": true}', version = version + 1 where id = $1`, [each, inMs(0)]));
      expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: sentRef });
      expect(await others(id)).toEqual([]);
      expect(noted.notes).toHaveLength(1);
    });
    it('shows both where the network has two of them', async () => {
      const before = { network: 'practice', id: 'found-first' };
      const id = await late((each) => scene.query(`update reply set state = 'sent', sent_at = $2, sent_ref = $3, version = version + 1 where id = $1`, [each, inMs(0), JSON.stringify(before)]));
      expect(await stored(id)).toMatchObject({ state: 'sent', sent_ref: before });
      const [second] = await others(id);
      expect(second).toMatchObject({ state: 'sent', sent_ref: sentRef, text: 'On the shelf by the window.' });
    });
    it('and nothing where the network says the same twice', async () => {
      const id = await late((each) => scene.query(`update reply set state = 'sent', sent_at = $2, sent_ref = $3, version = version + 1 where id = $1`, [each, inMs(0), JSON.stringify(sentRef)]));
      expect([await stored(id), await others(id)]).toMatchObject([{ state: 'sent', sent_ref: sentRef }, []]);
    });
  });

  describe('a reply of which a person said that it is not there', () => {
    it.each([
      ['is sent where the network does not find it', 'absent', 1],
      ['is sent on the word of that person where the network cannot tell', 'cannot-tell', 1],
      ['is not sent again where it turned up since', sentRef, 0],
    ] as const)('%s', async (_, found, times) => {
      const id = await approved({ columns: { unproven: true, first_tried_at: inMs(-minute) } });
      network.finds = [found];
      await work();
      expect(await stored(id)).toMatchObject({ state: 'sent' });
      expect([network.sought.length, network.sent.length]).toEqual([1, times]);
    });
    it('waits where the network cannot be asked', async () => {
      const id = await approved({ columns: { unproven: true, first_tried_at: inMs(-minute) } });
      network.finds = [remote('unreachable')];
      await work();
      expect(await stored(id)).toMatchObject({ state: 'approved', failure_kind: 'unreachable', due_at: inMs(15_000), unproven: true });
      expect(network.sent).toHaveLength(0);
    });
  });

  describe('the place of our post in the thread', () => {
    it('is given by whoever comes next, where the one who sent it was killed before', async () => {
      const id = await approved({ columns: { state: 'sent', sent_at: inMs(-1_000), sent_ref: JSON.stringify(sentRef), place_due: inMs(-1_000) } });
      await work();
      expect(noted.notes).toEqual([[sentRef, { postId: heard.post }, account]]);
      expect(await stored(id)).toMatchObject({ place_due: null });
      await work();
      expect(noted.notes).toHaveLength(1);
    });
    it('is tried again each minute, for a day', async () => {
      const id = await approved();
      noted.onNote = () => {
        throw new Error('the database is away');
      };
      await work();
      expect(await stored(id)).toMatchObject({ state: 'sent', place_due: inMs(minute) });
      expect(logged).toEqual(['A post of ours got no place in its thread, and is tried again in a minute']);
      noted.onNote = () => {};
      clock.advance(minute);
      await outbox.idle();
      expect(noted.notes).toHaveLength(2);
      expect(await stored(id)).toMatchObject({ place_due: null });
      const old = await approved({ columns: { state: 'sent', sent_at: inMs(-25 * 60 * minute), sent_ref: JSON.stringify(sentRef), place_due: inMs(0) } });
      noted.onNote = () => {
        throw new Error('the database is away');
      };
      await work();
      expect(await stored(old)).toMatchObject({ place_due: null });
    });
  });

  it('one that stops finishes what it is sending, and begins nothing', async () => {
    const [first, second] = [await approved(), await approved({ columns: { due_at: inMs(1) } })];
    let stopping: Promise<void> = Promise.resolve();
    network.sends = [
      async () => {
        clock.advance(1);
        stopping = outbox.stop();
        return sentRef;
      },
    ];
    await work();
    await stopping;
    expect([(await stored(first))['state'], (await stored(second))['state']]).toEqual(['sent', 'approved']);
    clock.advance(60 * minute);
    await outbox.idle();
    expect(network.sent).toHaveLength(1);
  });

  it('a network that hangs holds up its own account and no other', async () => {
    const other = await scene.account(ashford);
    const [slow, quick] = [await approved({ columns: { text: 'slow', approved_text: 'slow' } }), await approved({ heard: await scene.heard(ashford), columns: { account_id: other } })];
    const [hanging, slowWent, quickIsSent] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    network.sends = [
      async () => {
        if (network.sent.at(-1)?.text !== 'slow') return sentRef;
        slowWent.resolve();
        await hanging.promise;
        return sentRef;
      },
    ];
    noted.onNote = quickIsSent.resolve;
    outbox.start();
    await Promise.all([slowWent.promise, quickIsSent.promise]);
    const states = async (): Promise<unknown[]> => [(await stored(slow))['state'], (await stored(quick))['state']];
    const meanwhile = await states();
    hanging.resolve();
    await outbox.idle();
    expect([meanwhile, await states()]).toEqual([['sending', 'sent'], ['sent', 'sent']]);
  });

  it('a reply whose outcome cannot be written down is asked for later, and the others go on', async () => {
    const other = await scene.account(ashford);
    const [broken, whole] = [await approved({ columns: { text: 'broken', approved_text: 'broken' } }), await approved({ heard: await scene.heard(ashford), columns: { account_id: other } })];
    // PostgreSQL stores no U+0000.
    network.sends = [async () => (network.sent.at(-1)?.text === 'broken' ? { network: 'practice', id: 'ours\u0000' } : sentRef)];
    network.finds = [sentRef];
    await work();
    expect([(await stored(broken))['state'], (await stored(whole))['state']]).toEqual(['sending', 'sent']);
    expect(logged).toEqual(['A reply could not be taken out of the outbox, or its outcome not be written down']);
    clock.advance(lease);
    await work();
    expect(await stored(broken)).toMatchObject({ state: 'sent', sent_ref: sentRef });
    expect(network.sent).toHaveLength(2);
  });
});

describe('while everything is stopped', () => {
  const stop = async (at: SceneLibrary | undefined, what = 'all'): Promise<void> =>
    void (await scene.query(`insert into stop(id, library_id, what, why, by_name) values ($1, $2, $3, 'the server moves', 'Ann Lee')`, [newId(), at?.id ?? null, what]));
  const resume = async (): Promise<void> => void (await scene.query('update stop set resumed_at = now() where resumed_at is null'));
  afterEach(() => scene.query('delete from stop'));

  const places: readonly (readonly [name: string, where: () => SceneLibrary | undefined])[] = [['at the library', () => ashford], ['above it', () => county], ['everywhere', () => undefined]];
  it.each(places)('the outbox holds what was approved, and sends it once it is resumed (%s)', async (_, where) => {
    const id = await approved();
    await stop(where());
    await work();
    expect(await stored(id)).toMatchObject({ state: 'approved', tries: 0 });
    await resume();
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent', tries: 1 });
  });

  const stopsMeanwhile: readonly (readonly [name: string, what: string, resumed: boolean])[] = [['sending', 'sending', false], ['all', 'all', false], ['all, and resumed', 'all', true]];
  it.each(stopsMeanwhile)('what was on its way, and did not arrive, is a draft again, which nobody who resumes sends (%s)', async (_, what, resumed) => {
    network.sends = [async () => { await stop(county, what); if (resumed) await resume(); throw new RemoteError('outcome-unknown', 'cut off'); }, sentRef];
    network.finds = ['absent'];
    const id = await approved();
    await work();
    expect(await stored(id)).toMatchObject({ state: 'draft', approved_by: null, approved_text: null, due_at: null, tries: 0 });
    expect((await timeline()).at(-1)).toBe('approval-voided');
    await resume();
    clock.advance(24 * 60 * minute);
    await work();
    expect(network.sent).toHaveLength(1);
  });
  it.each([['sending', true], ['all', false]] as const)('what a process that is gone had on its way is asked for, unless all is stopped (%s), and does not leave again', async (what, isAsked) => {
    const id = await approved({ columns: { state: 'sending', lease_until: inMs(-1), first_tried_at: inMs(-600_000), tries: 1 } });
    network.finds = ['absent'];
    await stop(ashford, what);
    await work();
    expect([(await stored(id))['state'], network.sought.length]).toEqual(isAsked ? ['draft', 1] : ['sending', 0]);
    await resume();
    await work();
    clock.advance(24 * 60 * minute);
    await work();
    expect([(await stored(id))['state'], network.sought.length, network.sent.length]).toEqual(['draft', 1, 0]);
  });

  it('beside it, or where listening alone is stopped, replies are sent', async () => {
    const id = await approved();
    await stop(millbrook);
    await stop(ashford, 'listening');
    await work();
    expect(await stored(id)).toMatchObject({ state: 'sent' });
  });

  it('one that was taken before is finished, and one that was seen as due before is not taken', async () => {
    const id = await approved();
    const store = outboxStore(database);
    const [due] = await store.due(new Date(clock.now()), 1);
    const lease = { now: new Date(clock.now()), until: inMs(300_000) };
    await stop(ashford);
    expect(await store.take(due as DueReply, lease)).toBeUndefined();
    await resume();
    const outgoing = (await store.take(due as DueReply, lease)) as Outgoing;
    await stop(ashford);
    expect(await store.settle(ashford.system, outgoing, { kind: 'sent', ref: { network: 'practice', id: 'ours' } }, new Date(clock.now()))).toBe('mine');
    expect(await stored(id)).toMatchObject({ state: 'sent' });
  });
});
