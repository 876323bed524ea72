import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Abilities, RemoteError } from '@earshot/plugin-sdk';
import { SentPostsInThreads } from '@earshot/core/listening';
import { Senders } from '@earshot/core/replies';
import { AccountsRepository } from '../../libs/core/src/accounts/accounts.repository.js';
import { LookBefore } from '../../libs/core/src/listening/living/look-before.js';
import { replyDesk } from '../support/reply-desk.js';
import { TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';
import { ThreadNetwork, withThreads } from './with-threads.js';

const minute = 60_000;
const hour = 60 * minute;

let bed: TestBed;
let account: string;
let network: ThreadNetwork;
let process: ListeningProcess;

beforeAll(async () => {
  bed = await TestBed.open();
  account = await bed.scene.account(bed.library, { plugin: 'with-threads', profile_id: await bed.scene.profile({ network: 'fixture', remote_id: 'library' }) });
  await bed.scene.follow(bed.library, await bed.scene.list(bed.library), account, { network: 'fixture', key: 'club' });
});
beforeEach(async () => {
  network = new ThreadNetwork();
  process = await ListeningProcess.start(bed, [withThreads(network)]);
  await bed.scene.query('update thread_look set next_at = null, due_since = null');
});
afterAll(() => bed.close());

let threads = 0;
/** Something that the followed club says now, heard; its id. */
const begin = async (told: { readonly ago?: number } = {}): Promise<string> => {
  const id = `root-${++threads}`;
  await process.hear(account, 'with-threads', [network.say(id, { at: ago(told.ago ?? 0) })]);
  return id;
};
const ago = (ms: number): Date => new Date(process.clock.now() - ms);
const answer = (to: string, told: { readonly by?: string; readonly ago?: number } = {}): string => {
  const id = `${to}/${network.posts.length}`;
  network.say(id, { to, by: told.by ?? 'stranger', at: ago(told.ago ?? 0) });
  return id;
};
const sent = async (to: string, ours: string): Promise<void> => {
  const [post] = await bed.scene.query<{ id: string }>('select id from post where remote_id = $1', [to]);
  await new SentPostsInThreads(bed.database).noteSent({ network: 'fixture', id: ours }, { postId: post?.id ?? '' }, account);
};
const got = async (id: string) => (await bed.scene.query<{ likes: number | null; boosts: number | null; counted_at: Date | null }>('select likes, boosts, counted_at from post where remote_id = $1', [id]))[0];
const stored = async (id: string): Promise<boolean> => (await bed.scene.query('select 1 from post where remote_id = $1 and known', [id])).length > 0;
const lookOf = async (id: string) =>
  (await bed.scene.query<{ next_at: Date | null; seen_at: Date | null; due_since: Date | null; thread_id: string }>(`select w.* from thread_look w join post p using (thread_id) where p.remote_id = $1`, [id]))[0];
/** Minutes from now until the next look. */
const nextIn = async (id: string): Promise<number | undefined> => {
  const next = (await lookOf(id))?.next_at;
  return next === undefined || next === null ? undefined : Math.round((next.getTime() - process.clock.now()) / minute);
};
const pass = async (ms: number): Promise<void> => {
  process.clock.advance(ms);
  await process.look();
};

describe('a thread that we began', () => {
  it('is looked at as soon as its post is out, though no source has told us of it, and brings who answered', async () => {
    const thread = await bed.scene.thread();
    const conversation = await bed.scene.conversation(bed.library, thread, { state: 'begun' });
    const ours = network.say(`ours-${++threads}`, { by: 'library', at: ago(0) });
    const id = ours.kind === 'post' ? (ours.post.ref.id ?? '') : '';
    await new SentPostsInThreads(bed.database).noteSent({ network: 'fixture', id }, { threadId: thread }, account);
    const theirs = answer(id);
    await pass(11 * minute);
    expect([await stored(id), await stored(theirs)]).toEqual([true, true]);
    expect(await bed.scene.query('select state, waiting_on, merged_into from conversation where id = $1', [conversation])).toEqual([{ state: 'open', waiting_on: 'us', merged_into: null }]);
    expect(await bed.scene.query('select c.id from conversation c join post p using (thread_id) where p.remote_id = any($1) and c.merged_into is null group by c.id', [[id, theirs]])).toEqual([{ id: conversation }]);
  });
});

describe('a thread under what is followed', () => {
  it('is looked at again after 10 minutes, 1, 4, 12, 24 and 72 hours, and then no more', async () => {
    const root = await begin();
    const waits: (number | undefined)[] = [await nextIn(root)];
    for (const wait of [10 * minute, 50 * minute, 3 * hour, 8 * hour, 12 * hour, 48 * hour]) {
      await pass(wait);
      waits.push(await nextIn(root));
    }
    expect(waits).toEqual([10, 50, 180, 480, 720, 2_880, undefined]);
    expect(network.asked.counts).toEqual(Array.from({ length: 6 }, () => [root]));
    expect(network.asked.threads).toEqual([]);
  });
  it('brings who answered and is followed by nobody, whole, and only where it grew', async () => {
    const [grown, quiet] = [await begin(), await begin()];
    const reply = answer(grown);
    answer(reply, { by: 'another' });
    await pass(10 * minute);
    expect(network.asked).toMatchObject({ counts: [expect.arrayContaining([grown, quiet])], threads: [grown] });
    expect(network.asked.counts).toHaveLength(1);
    expect(await stored(reply)).toBe(true);
    expect((await lookOf(reply))?.thread_id).toBe((await lookOf(grown))?.thread_id);
    await pass(50 * minute);
    expect(network.asked.threads).toEqual([grown]);
  });
  it('brings the words of our own answer, of which only its place is known once it was sent', async () => {
    const root = await begin();
    const ours = answer(root, { by: 'library' });
    await sent(root, ours);
    expect(await stored(ours)).toBe(false);
    await pass(10 * minute);
    expect(await stored(ours)).toBe(true);
    await pass(50 * minute);
    expect(network.asked.threads).toEqual([root]);
  });
  it('tells how our own answer was received, and of nobody else\'s', async () => {
    const root = await begin();
    const ours = answer(root, { by: 'library' });
    await sent(root, ours);
    await pass(10 * minute);
    for (const id of [root, ours]) network.got.set(id, { likes: 3, boosts: 1 });
    await pass(50 * minute);
    expect(await got(ours)).toEqual({ likes: 3, boosts: 1, counted_at: new Date(process.clock.now()) });
    expect(await got(root)).toEqual({ likes: null, boosts: null, counted_at: null });
    network.got.set(ours, { likes: 2 });
    await pass(3 * hour);
    expect(await got(ours)).toEqual({ likes: 2, boosts: null, counted_at: new Date(process.clock.now()) });
    network.got.delete(ours);
    await pass(8 * hour);
    expect(await got(ours)).toMatchObject({ likes: 2, boosts: null });
  });
  it('is asked for three days what our answer got, also where its conversation was closed with it', async () => {
    const [answered, other] = [await begin(), await begin()];
    const ours = answer(answered, { by: 'library' });
    await sent(answered, ours);
    await pass(10 * minute);
    await bed.scene.query(`update conversation set state = 'closed', waiting_since = null where thread_id in (select thread_id from post where remote_id = any($1))`, [[answered, other]]);
    network.got.set(ours, { likes: 1 });
    network.asked.counts.splice(0);
    await pass(50 * minute);
    expect(network.asked.counts).toEqual([expect.arrayContaining([answered, ours])]);
    expect(network.asked.counts.flat()).not.toContain(other);
    expect(await got(ours)).toMatchObject({ likes: 1 });
    await bed.scene.query('update thread_look set next_at = $1 where thread_id in (select thread_id from post where remote_id = $2)', [new Date(process.clock.now() + 80 * hour), answered]);
    network.asked.counts.splice(0);
    await pass(81 * hour);
    expect(network.asked.counts).toEqual([]);
  });
  it('lives again once we answered in it', async () => {
    const root = await begin({ ago: 100 * hour });
    expect(await lookOf(root)).toBeUndefined();
    await sent(root, `${root}-ours`);
    expect((await lookOf(root))?.next_at).toEqual(expect.any(Date));
  });
  it('is looked at sooner where it grows fast', async () => {
    const root = await begin();
    await pass(10 * minute);
    for (let n = 0; n < 100; n++) answer(root);
    await pass(50 * minute);
    // A hundred in fifty minutes are five in two and a half.
    expect(await nextIn(root)).toBeLessThanOrEqual(3);
  });
  it('that was heard late is looked at once, at once', async () => {
    const root = await begin({ ago: 5 * hour });
    expect(process.jobs.waiting.map(({ kind }) => kind.name)).toEqual(['listening.look-again']);
    answer(root, { ago: 2 * hour });
    await process.jobs.work();
    expect(network.asked.threads).toEqual([root]);
  });
  it('that had lived when it was heard is left alone', async () => {
    const root = await begin({ ago: 73 * hour });
    await pass(hour);
    expect(await lookOf(root)).toBeUndefined();
    expect(network.asked.counts).toEqual([]);
  });
  it('lives on when somebody speaks in it', async () => {
    const root = await begin();
    await pass(24 * hour);
    const [late] = [answer(root, { by: 'club' })];
    await process.hear(account, 'with-threads', [network.say(`${late}-again`, { to: root, at: ago(0) })]);
    expect(await nextIn(root)).toBe(10);
  });
  it('of a network that cannot count is asked for as it is', async () => {
    network.countless = true;
    const root = await begin();
    const reply = answer(root);
    await pass(10 * minute);
    expect(network.asked.threads).toEqual([root]);
    expect(await stored(reply)).toBe(true);
  });
  it('is left alone once it is closed, and again followed when it is reopened', async () => {
    const root = await begin();
    const close = (state: string): Promise<unknown> => bed.scene.query(`update conversation c set state = $2 from post p where p.thread_id = c.thread_id and p.remote_id = $1`, [root, state]);
    await close('closed');
    await pass(10 * minute);
    expect(network.asked.counts).toEqual([]);
    expect(await nextIn(root)).toBe(50);
    await close('open');
    await pass(50 * minute);
    expect(network.asked.counts).toEqual([[root]]);
  });
  it('that only a hashtag let in, and in which nobody waits, is left alone', async () => {
    await bed.scene.follow(bed.library, await bed.scene.list(bed.library), account, { kind: 'hashtag', network: 'fixture', key: 'looms' });
    process.clock.advance(2_000);
    const event = network.say('tagged', { by: 'passer-by', at: ago(0) });
    await process.hear(account, 'with-threads', [{ ...event, post: { ...(event as { post: object }).post, tags: ['looms'] } } as never]);
    await pass(10 * minute);
    expect(network.asked.counts).toEqual([]);
  });
  it('that grew together with another is one to look at', async () => {
    const [one, two] = [await begin(), await begin()];
    await process.hear(account, 'with-threads', [{ ...network.say('bridge', { to: one, at: ago(0) }) } as never]);
    const bridge = network.say('under-bridge', { to: 'bridge', at: ago(0) });
    await process.hear(account, 'with-threads', [{ ...bridge, post: { ...(bridge as { post: object }).post, root: { network: 'fixture', id: two } } } as never]);
    expect((await lookOf(one))?.thread_id).toBe((await lookOf(two))?.thread_id);
    await pass(10 * minute);
    expect(network.asked.counts).toHaveLength(1);
  });
});

describe('a look', () => {
  it('is made by one process at a time', async () => {
    const root = await begin();
    const other = await ListeningProcess.start(bed, [withThreads(network)]);
    other.clock.advance(10 * minute);
    process.clock.advance(10 * minute);
    let release = (): void => {};
    network.pause = () => new Promise((resolve) => (release = resolve));
    const first = process.look();
    while (network.asked.counts.length === 0) await new Promise((resolve) => void setImmediate(resolve));
    await other.look();
    expect(await other.threads.lookNow((await lookOf(root))?.thread_id as string)).toEqual({ failed: 'busy' });
    network.pause = () => Promise.resolve();
    release();
    await first;
    expect(network.asked.counts).toHaveLength(1);
  });
  it('that a killed process began is made again by another', async () => {
    const root = await begin();
    process.clock.advance(10 * minute);
    expect(await process.looks.take({ now: ago(0), until: new Date(process.clock.now() + 15 * minute), most: 10, plugins: ['with-threads'] })).toHaveLength(1);
    await process.look();
    expect(network.asked.counts).toEqual([]);
    await pass(15 * minute);
    expect(network.asked.counts).toEqual([[root]]);
  });
  it('that a killed process began is made again by another as soon as that one is known to be gone', async () => {
    const root = await begin();
    process.clock.advance(10 * minute);
    const [taken] = await process.looks.take({ now: ago(0), until: new Date(process.clock.now() + 15 * minute), most: 10, plugins: ['with-threads'] });
    await bed.scene.query(`update thread_look set lease_holder = 'killed' where thread_id = $1`, [taken?.threadId]);
    await process.look();
    expect(network.asked.counts).toEqual([[root]]);
    // The killed one, if it was only slow, writes nothing any more.
    const next = await nextIn(root);
    await process.looks.settle([{ look: taken as { threadId: string; token: string }, nextAt: null, seenAt: null, dueSince: null, counts: {} }]);
    expect(await nextIn(root)).toBe(next);
  });
  it('waits as long as the network asks, and is owed until it was made', async () => {
    const root = await begin();
    network.fault = new RemoteError('rate-limited', 'Slow down.', { retryAfter: new Date(process.clock.now() + 40 * minute) });
    await pass(10 * minute);
    expect(await nextIn(root)).toBe(30);
    expect((await lookOf(root))?.due_since).not.toBeNull();
    expect((await lookOf(root))?.seen_at).toBeNull();
    network.fault = undefined;
    await pass(30 * minute);
    expect(await lookOf(root)).toMatchObject({ due_since: null, seen_at: new Date(process.clock.now()) });
  });
  it.each([['unreachable', 15], ['auth', 15]] as const)('comes later where the network is %s, and no other account waits for it', async (kind, minutes) => {
    const other = await bed.scene.account(bed.library, { plugin: 'with-threads' });
    const root = await begin();
    await process.hear(other, 'with-threads', [network.say(`other-${kind}`, { at: ago(0) })]);
    const fine = network.answer.bind(network);
    let asked = 0;
    network.answer = async function* (want) {
      if (asked++ === 0) throw new RemoteError(kind, 'Not now.');
      yield* fine(want);
    };
    await pass(10 * minute);
    const waits = [await nextIn(root), await nextIn(`other-${kind}`)].sort((a, b) => (a as number) - (b as number));
    expect(waits).toEqual([minutes, 50]);
  });
  it('asks by the names that the host of our account has: of what is gone another finds nothing', async () => {
    const root = await begin();
    await bed.scene.query(`insert into post_alias(network, host, local_id, post_id) select 'fixture', h, 'name at ' || h, id from post, unnest(array['alder.example', 'birch.example']) h where remote_id = $1`, [root]);
    await bed.scene.query(`update profile set url = 'https://birch.example/@library' where remote_id = 'library'`);
    await pass(10 * minute);
    expect(network.asked.hosts).toEqual(['birch.example']);
    await bed.scene.query(`update profile set url = null where remote_id = 'library'`);
  });
  it('goes on with the other threads where the network refuses one', async () => {
    const [refused, grown] = [await begin(), await begin()];
    const replies = [answer(refused), answer(grown)];
    const fine = network.answer.bind(network);
    network.answer = async function* (want) {
      if ('thread' in want && want.thread.id === refused) throw new RemoteError('rejected', 'Members only.');
      yield* fine(want);
    };
    await pass(10 * minute);
    expect([await stored(replies[0] as string), await stored(replies[1] as string)]).toEqual([false, true]);
    expect(await nextIn(refused)).toBe(50);
  });
  it('that is stopped is made again at once by another', async () => {
    const root = await begin();
    const stop = new AbortController();
    network.pause = () => { stop.abort(); return Promise.reject(new DOMException('stopped', 'AbortError')); };
    process.clock.advance(10 * minute);
    await process.threads.lookAtDue(stop.signal);
    network.pause = () => Promise.resolve();
    const before = network.asked.counts.length;
    await process.look();
    expect(network.asked.counts).toHaveLength(before + 1);
    expect((await lookOf(root))?.due_since).toBeNull();
  });
  it('survives a plugin that fails, and says so', async () => {
    const root = await begin();
    network.answer = () => { throw new TypeError('oops'); };
    await pass(10 * minute);
    expect(process.warnings).toEqual(['Threads could not be looked at again']);
    expect(await nextIn(root)).toBe(60);
  });
  it('of what was said last comes first where more is due than there is room for, as after an outage', async () => {
    const roots: string[] = [];
    for (let n = 0; n < 55; n++) {
      roots.push(await begin());
      process.clock.advance(1_000);
    }
    for (const root of roots) answer(root);
    await pass(5 * hour);
    expect(network.asked.threads).toEqual(roots.slice(5).toReversed());
    await pass(minute);
    expect(network.asked.threads.slice(50)).toEqual(roots.slice(0, 5).toReversed());
  });
  it('fetches no more trees of one account in a run than its share; the rest comes next', async () => {
    const roots: string[] = [];
    for (let n = 0; n < 55; n++) roots.push(await begin());
    for (const root of roots) answer(root);
    await pass(10 * minute);
    expect(network.asked.threads).toHaveLength(50);
    await pass(minute);
    expect(new Set(network.asked.threads)).toEqual(new Set(roots));
  });
});

describe('the coverage of an account', () => {
  const repliesUntil = async (reader: string): Promise<Date | null | undefined> => {
    const reads = bed.database.reads(reader);
    try {
      return (await new AccountsRepository().coverage(reads, [account]))[0]?.repliesUntil;
    } finally {
      await reads.close();
    }
  };

  it('says until when replies were seen, and stands still while a look is owed', async () => {
    await bed.scene.query('delete from thread_look');
    const reader = await bed.scene.person(bed.library, 'observer');
    expect(await repliesUntil(reader)).toBeNull();
    const root = await begin();
    await pass(10 * minute);
    const seen = ago(0);
    expect(await repliesUntil(reader)).toEqual(seen);
    network.fault = new RemoteError('unreachable', 'away');
    await pass(50 * minute);
    expect(await repliesUntil(reader)).toEqual((await lookOf(root))?.due_since);
    network.fault = undefined;
    await pass(15 * minute);
    expect(await repliesUntil(reader)).toEqual(ago(0));
  });
  it('is told to nobody else', async () => {
    expect(await repliesUntil(await bed.scene.person(await bed.scene.library()))).toBeUndefined();
  });
});

describe('a look on demand', () => {
  it('goes before those of the schedule, for which nobody waits', async () => {
    const asked = jest.spyOn(process.plugins, 'fetch');
    const root = await begin();
    await pass(10 * minute);
    expect(asked.mock.lastCall?.[3]).toEqual({ patient: true });
    await process.threads.lookNow((await lookOf(root))?.thread_id as string, { seenWithinMs: 0 });
    expect(asked.mock.lastCall?.[3]).toEqual({ patient: false });
  });
  it('asks at once, also where none was planned, and not twice within half a minute', async () => {
    const root = await begin({ ago: 100 * hour });
    const [{ thread_id }] = (await bed.scene.query<{ thread_id: string }>('select thread_id from post where remote_id = $1', [root])) as [{ thread_id: string }];
    const reply = answer(root);
    const now = (): Promise<unknown> => process.threads.lookNow(thread_id);
    const at = ago(0);
    expect(await now()).toEqual({ seenAt: at });
    expect(await stored(reply)).toBe(true);
    await now();
    expect(network.asked.counts).toHaveLength(1);
    process.clock.advance(31_000);
    await now();
    expect(network.asked.counts).toHaveLength(2);
  });
  it('says what keeps it from seeing', async () => {
    const root = await begin();
    network.fault = new RemoteError('unreachable', 'The town does not answer.');
    expect(await process.threads.lookNow((await lookOf(root))?.thread_id as string)).toEqual({ failed: 'network', words: 'The town does not answer.' });
    expect(await process.threads.lookNow(await bed.scene.thread())).toEqual({ failed: 'nobody-can-ask' });
  });
  it('keeps nobody waiting for a network that hangs, and stores what comes late', async () => {
    const root = await begin();
    const reply = answer(root);
    let [release, reached] = [(): void => {}, (): void => {}];
    const hanging = new Promise<void>((resolve) => (reached = resolve));
    network.pause = () => { reached(); return new Promise((resolve) => (release = resolve)); };
    const looked = process.threads.lookNow((await lookOf(root))?.thread_id as string);
    await hanging;
    process.clock.advance(15_000);
    expect(await looked).toMatchObject({ failed: 'network' });
    network.pause = () => Promise.resolve();
    release();
    while (!(await stored(reply))) await process.host.calm();
    expect(process.warnings).toEqual([]);
  });
  it('asked for by two at once is made once, and both are told', async () => {
    const root = await begin();
    const thread = (await lookOf(root))?.thread_id as string;
    const told = await Promise.all([process.threads.lookNow(thread), process.threads.lookNow(thread)]);
    expect(told).toEqual([{ seenAt: ago(0) }, { seenAt: ago(0) }]);
    expect(network.asked.counts).toHaveLength(1);
  });
  it('is made of a thread, too, that nobody would have looked at by itself', async () => {
    const root = await begin();
    await bed.scene.query(`update hearing h set cause = 'search' from conversation c, post p where h.conversation_id = c.id and c.thread_id = p.thread_id and p.remote_id = $1`, [root]);
    await bed.scene.query(`update conversation c set waiting_since = null from post p where c.thread_id = p.thread_id and p.remote_id = $1`, [root]);
    await pass(10 * minute);
    expect(network.asked.counts).toEqual([]);
    expect(await process.threads.lookNow((await lookOf(root))?.thread_id as string)).toEqual({ seenAt: ago(0) });
    expect(network.asked.counts).toEqual([[root]]);
  });
});

describe('a draft', () => {
  const abilities = async (): Promise<Abilities> => ({ reply: 'yes', length: { limit: 300, unit: 'grapheme' }, can: [] });
  const refuse = (): Promise<never> => Promise.reject(new Error('nothing is sent here'));
  class Writers extends Senders {
    forAccount = async () => ({ abilities, send: refuse, find: refuse });
  }
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const draft = async (root: string) => {
    const { database, scene, library } = bed;
    const writers = new Writers();
    const replies = replyDesk(database, writers, { now: async () => new Date(process.clock.now()), undoMs: 0, lookAgain: new LookBefore(process.threads, log) });
    const [{ post, conversation }] = (await scene.query('select p.id as post, c.id as conversation from post p join conversation c using (thread_id) where p.remote_id = $1', [root])) as [{ post: string; conversation: string }];
    return replies.draft({ id: await scene.person(library), kind: 'person' }, { conversationId: conversation, toPostId: post, accountId: account, text: 'By the window.', lang: 'en' });
  };

  it('is shown once the thread was looked at: what others answered meanwhile is there', async () => {
    const root = await begin();
    const reply = answer(root);
    expect(await draft(root)).toMatchObject({ state: 'draft' });
    expect(await stored(reply)).toBe(true);
    expect((await lookOf(root))?.seen_at).toEqual(ago(0));
    await draft(root);
    expect(network.asked.counts).toHaveLength(1);
  });
  it('is shown after a few seconds where the network hangs, and of when it was seen before', async () => {
    const root = await begin();
    let [release, reached] = [(): void => {}, (): void => {}];
    const hanging = new Promise<void>((resolve) => (reached = resolve));
    network.pause = () => { reached(); return new Promise((resolve) => (release = resolve)); };
    const waiting = draft(root);
    await hanging;
    process.clock.advance(4_000);
    expect(await waiting).toMatchObject({ state: 'draft' });
    expect((await lookOf(root))?.seen_at).toBeNull();
    // Whoever writes another meanwhile waits for the same look, and asks nobody.
    const another = draft(root);
    release();
    expect(await another).toMatchObject({ state: 'draft' });
    expect(network.asked.counts).toHaveLength(1);
    expect((await lookOf(root))?.seen_at).not.toBeNull();
  });
  it('is shown where the network does not answer', async () => {
    const root = await begin();
    network.fault = new RemoteError('unreachable', 'The town does not answer.');
    expect(await draft(root)).toMatchObject({ state: 'draft' });
  });
});
