import { describe, expect, it } from '@jest/globals';
import { anImage } from '@earshot/plugin-testing';
import type { Attempt, Batch, SourceEvent } from '@earshot/plugin-sdk';
import { hear, open, scene, start, WaitedTime, type Scene } from './in-town.fixture.js';
import { listen } from './listen.js';
import { ashford } from './load-town.js';
import { lookUp } from './look-up.js';
import { postRef } from './map-town.js';
import type { Position } from './position.js';
import { practiceResponder } from './responder.js';
import { libraryId } from './town.schema.js';

const attempt = (to: string | undefined, more: Partial<Attempt> = {}): Attempt => ({
  key: 'k1', part: 0, text: 'The bus stops by the feed store.', lang: 'en', media: [], firstTriedAt: start, lastTriedAt: start, ...(to === undefined ? {} : { to: postRef(to) }), ...more,
});

const eventsOf = (batches: readonly Batch<unknown>[]): readonly SourceEvent[] => batches.flatMap(({ events }) => events);
const postsIn = (events: readonly SourceEvent[]) => events.flatMap((event) => (event.kind === 'post' ? [event.post] : []));

const all = async (batches: AsyncIterable<Batch<never>>): Promise<readonly SourceEvent[]> => {
  const events: SourceEvent[] = [];
  for await (const batch of batches) events.push(...batch.events);
  return events;
};

/** A post whose author answers back, and the milliseconds until they do. */
const asked = async (): Promise<{ id: string; by: string; after: number; text: string }> => {
  const post = (await ashford()).posts.get('bridge-closes.5');
  if (post?.whenAnswered === undefined) throw new Error('Marisol answers back in this town.');
  return { id: post.id, by: post.by, ...post.whenAnswered };
};

const setUp = (settings: Parameters<typeof scene>[0] = {}): Scene & { responder: ReturnType<typeof practiceResponder> } => {
  const at = scene({ passed: 'P1D', ...settings });
  return { ...at, responder: practiceResponder(at.time) };
};

const caughtUp = (heard: readonly Batch<Position>[]): boolean => heard.at(-1)?.heardUntil !== undefined;

describe('answering in town', () => {
  it('shows how many pictures went with an answer', async () => {
    const at = setUp();
    const { id } = await asked();
    const media = [anImage(), anImage()];
    const sent = await at.responder.send(attempt(id, { media }), at.ctx);
    const posts = postsIn(await all(lookUp({ posts: [sent] }, at.ctx)));
    expect(posts.map((post) => post.media.map(({ kind }) => kind))).toEqual([['image', 'image']]);
    expect((await at.responder.abilities(postRef(id), at.ctx)).media?.mostImages).toBe(4);
  });

  it('makes one post of one key, heard once by whichever process listens', async () => {
    const at = setUp();
    const { id } = await asked();
    const before = await hear(listen(open(), at.ctx, at.time), at, caughtUp);
    const sender = scene({ passed: 'P1D' }, at.kept, at.time);
    const refs = await Promise.all([at.responder.send(attempt(id), sender.ctx), at.responder.send(attempt(id), sender.ctx)]);
    expect(refs[0]).toEqual(refs[1]);
    expect(await at.responder.find(attempt(id), sender.ctx)).toEqual(refs[0]);
    expect(await at.responder.find(attempt(id, { key: 'k2' }), sender.ctx)).toBe('absent');

    const next = scene({ passed: 'P1D' }, at.kept, at.time);
    const heard = await hear(listen(open(before.at(-1)?.cursor), next.ctx, next.time), next, (batches) => at.time.now() > start.getTime() + 2_000 && caughtUp(batches));
    const ours = postsIn(eventsOf(heard)).filter((post) => post.author?.id === libraryId);
    expect(ours.map(({ ref, inReplyTo, text }) => [ref, inReplyTo, text])).toEqual([[refs[0], postRef(id), 'The bus stops by the feed store.']]);
  });

  it('is answered by the author, once, after their delay in town time, also when the listener restarts in between', async () => {
    const { id, by, after, text } = await asked();
    const at = setUp({ speed: 60 });
    const sent = await at.responder.send(attempt(id), at.ctx);
    await at.responder.send(attempt(id, { key: 'k2', text: 'And it is lit.' }), at.ctx);
    const answers: { at: number; inReplyTo: unknown; text: string }[] = [];
    let cursor: Position | undefined;
    while (at.time.now() < start.getTime() + (2 * after) / 60) {
      const next = scene({ speed: 60, passed: 'P1D' }, at.kept, at.time);
      const heard = await hear(listen(open(cursor), next.ctx, next.time), next, (batches) => caughtUp(batches) && batches.length > 1);
      cursor = heard.at(-1)?.cursor;
      answers.push(...postsIn(eventsOf(heard)).filter((post) => post.author?.id === by && post.ref.id === `${id}.answered`).map((post) => ({ at: post.postedAt.getTime(), inReplyTo: post.inReplyTo, text: post.text })));
    }
    expect(answers).toEqual([{ at: start.getTime() + after / 60, inReplyTo: sent, text }]);
  });

  it('answers the first post of our own, once, by a neighbour who addresses the library', async () => {
    const neighbour = [...(await ashford()).people.values()].find(({ whenPosted }) => whenPosted !== undefined);
    const at = setUp({ speed: 60 });
    const sent = await at.responder.send(attempt(undefined), at.ctx);
    await at.responder.send(attempt(undefined, { key: 'k2', text: 'And what do you read?' }), at.ctx);
    const until = start.getTime() + (2 * (neighbour?.whenPosted?.after ?? 0)) / 60;
    const heard = await hear(listen(open(), at.ctx, at.time), at, (batches) => at.time.now() > until && caughtUp(batches));
    const under = postsIn(eventsOf(heard)).filter(({ inReplyTo }) => inReplyTo?.id?.startsWith('said.') === true);
    expect(under.map(({ author, inReplyTo, mentions, text }) => ({ author: author?.id, inReplyTo, mentions, text }))).toEqual([
      { author: neighbour?.id, inReplyTo: sent, mentions: [{ network: 'practice', id: libraryId }], text: neighbour?.whenPosted?.text },
    ]);
    expect(postsIn(await all(lookUp({ thread: sent }, scene({ speed: 60, passed: 'P1D' }, at.kept, at.time).ctx))).map(({ author }) => author?.id)).toEqual([libraryId, neighbour?.id]);
  });

  it('varies the delay by a seed, and keeps it for the same seed', async () => {
    const { id } = await asked();
    const heardAt = async (seed: number): Promise<number | undefined> => {
      const at = setUp({ seed });
      await at.responder.send(attempt(id), at.ctx);
      at.time.pass(86_400_000);
      const thread = await all(lookUp({ thread: postRef(id) }, at.ctx));
      return postsIn(thread).find((post) => post.ref.id === `${id}.answered`)?.postedAt.getTime();
    };
    expect(await heardAt(1)).toBe(await heardAt(1));
    expect(await heardAt(1)).not.toBe(await heardAt(2));
  });

  it('edits and removes what it sent, in the stream and in the thread, and gets no answer to what is gone', async () => {
    const { id } = await asked();
    const at = setUp();
    const sent = await at.responder.send(attempt(id), at.ctx);
    await at.responder.change?.(sent, { text: 'The bus stops by the mill.' }, at.ctx);
    await at.responder.change?.(sent, { text: 'The bus stops by the mill.' }, at.ctx);
    await at.responder.act?.(postRef(id), 'like', at.ctx);
    expect(postsIn(await all(lookUp({ posts: [sent] }, at.ctx))).map(({ text, version }) => [text, version])).toEqual([['The bus stops by the mill.', '1']]);
    await at.responder.change?.(sent, 'removed', at.ctx);
    await at.responder.change?.(sent, 'removed', at.ctx);
    await expect(at.responder.change?.(sent, { text: 'x' }, at.ctx)).rejects.toMatchObject({ kind: 'rejected' });
    at.time.pass(10 * 86_400_000);
    expect(await all(lookUp({ counts: [sent] }, at.ctx))).toEqual([{ kind: 'post-gone', ref: sent, why: 'deleted' }]);
    const heard = eventsOf(await hear(listen(open(), at.ctx, at.time), at, caughtUp)).filter((event) => JSON.stringify(event).includes(sent.id ?? '?'));
    expect(heard.map(({ kind }) => kind)).toEqual(['post', 'post', 'post-gone']);
  });

  it('remembers more than fits into one value of the store', async () => {
    const at = setUp();
    const { id } = await asked();
    for (let i = 0; i < 45; i += 1) await at.responder.send(attempt(id, { key: `k${i}` }), at.ctx);
    for (let i = 0; i < 45; i += 1) expect(await at.responder.find(attempt(id, { key: `k${i}` }), at.ctx)).toEqual(postRef(`said.k${i}.0`));
    expect(Math.max(...[...at.kept.values()].map((value) => JSON.stringify(value).length))).toBeLessThan(65_536);
  });
});

describe('what cannot be answered', () => {
  it('says why: a blocked person, a deleted post, a post that nobody knows', async () => {
    const at = setUp({ passed: 'P20D' });
    const { posts } = await ashford();
    const deleted = [...posts.values()].find((post) => post.deletedAt !== undefined)?.id ?? '';
    const blocked = [...posts.values()].find((post) => post.by === 'marguerite-holt')?.id ?? '';
    const because = async (id: string) => (await at.responder.abilities(postRef(id), at.ctx)).because;
    expect(await because(deleted)).toMatch(/deleted|not there/);
    expect(await because(blocked)).toBe('Its author has blocked the library.');
    expect(await because('never-said')).toBe('The post is not there any more.');
    await expect(at.responder.send(attempt(deleted), at.ctx)).rejects.toMatchObject({ kind: 'rejected' });
    expect(await at.responder.find(attempt(deleted), at.ctx)).toBe('absent');
  });

  it('counts 500 characters, whatever they are', async () => {
    const at = setUp();
    expect(await at.responder.abilities(undefined, at.ctx)).toMatchObject({ reply: 'yes', length: { limit: 500, unit: 'character' }, can: ['edit', 'remove', 'like'] });
    await expect(at.responder.send(attempt(undefined, { text: 'x'.repeat(501) }), at.ctx)).rejects.toMatchObject({ kind: 'rejected' });
    await expect(at.responder.send(attempt(undefined, { text: '🏺'.repeat(500) }), at.ctx)).resolves.toEqual(postRef('said.k1.0'));
  });
});

describe('the practice faults', () => {
  it('answers-late: posts at once, confirms after 20 s', async () => {
    const at = setUp({ fault: 'answers-late' });
    await at.responder.send(attempt(undefined), at.ctx);
    expect(at.time.now() - start.getTime()).toBe(20_000);
  });

  it('error-after-posting: the outcome is unknown, and find finds it', async () => {
    const at = setUp({ fault: 'error-after-posting' });
    await expect(at.responder.send(attempt(undefined), at.ctx)).rejects.toMatchObject({ kind: 'outcome-unknown' });
    expect(await at.responder.find(attempt(undefined), at.ctx)).toEqual(postRef('said.k1.0'));
  });

  it('never-answers: hangs until aborted, and find cannot tell', async () => {
    const at = setUp({ fault: 'never-answers' });
    const sending = at.responder.send(attempt(undefined), at.ctx);
    at.stop.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'outcome-unknown' });
    expect(await at.responder.find(attempt(undefined), at.ctx)).toBe('cannot-tell');
    expect(at.kept.has('journal.0')).toBe(false);
  });

  it('rejects: refuses for good', async () => {
    const at = setUp({ fault: 'rejects' });
    await expect(at.responder.send(attempt(undefined), at.ctx)).rejects.toMatchObject({ kind: 'rejected' });
    expect(await at.responder.find(attempt(undefined), at.ctx)).toBe('absent');
  });

  it('rate-limited: refuses for a minute, then takes it', async () => {
    const at = setUp({ fault: 'rate-limited' });
    await expect(at.responder.send(attempt(undefined), at.ctx)).rejects.toMatchObject({ kind: 'rate-limited', facts: { retryAfter: new Date(start.getTime() + 60_000) } });
    at.time.pass(60_000);
    await expect(at.responder.send(attempt(undefined), at.ctx)).resolves.toEqual(postRef('said.k1.0'));
  });
});

describe('asking the town', () => {
  it('tells a deleted post from one that its author hides from us', async () => {
    const at = setUp({ passed: 'P20D' });
    const { posts } = await ashford();
    const by = (who: string): string => [...posts.values()].find((post) => post.by === who)?.id ?? '';
    const events = await all(lookUp({ posts: [by('marguerite-holt'), by('toby-lang')].map(postRef) }, at.ctx));
    expect(events).toMatchObject([{ kind: 'post-gone', why: 'hidden' }, { kind: 'post-gone', why: 'deleted' }]);
  });

  it('shows a thread whole, from any of its posts, with what nobody follows', async () => {
    const at = setUp({ passed: 'P20D' });
    const whole = [...(await ashford()).posts.values()].filter(({ id }) => id.startsWith('bridge-closes.'));
    const events = await all(lookUp({ thread: postRef('bridge-closes.5') }, at.ctx));
    const told = new Set(events.map((event) => (event.kind === 'post' ? event.post.ref.id : 'ref' in event ? event.ref.id : undefined)));
    expect(whole.filter(({ id, by }) => !told.has(id) && by !== 'marguerite-holt' && by !== 'toby-lang')).toEqual([]);
    const root = postsIn(events).find((post) => post.ref.id === 'bridge-closes.1');
    expect(root?.replies).toBe(postsIn(events).length - 1);
    expect(await all(lookUp({ counts: [postRef('bridge-closes.1')] }, at.ctx))).toEqual([{ kind: 'counts', ref: postRef('bridge-closes.1'), replies: root?.replies, likes: 0 }]);
  });

  it('brings a target\'s stretch of time, since inclusive, until exclusive', async () => {
    const at = scene({ passed: 'P2D' }, new Map(), new WaitedTime(start));
    const target = { kind: 'timeline', key: 'town', label: 'Town' } as const;
    const since = new Date(start.getTime() - 86_400_000);
    const posts = postsIn(await all(lookUp({ target, since, until: start }, at.ctx)));
    expect(posts.length).toBeGreaterThan(0);
    expect(posts.every(({ postedAt }) => postedAt >= since && postedAt < start)).toBe(true);
  });

  it('tells who is there and who is gone', async () => {
    const at = setUp({ passed: 'P20D' });
    const events = await all(lookUp({ profiles: ['kez-morgan', 'toby-lang', 'marguerite-holt', 'nobody'].map(postRef) }, at.ctx));
    expect(events.map((event) => (event.kind === 'profile' ? event.profile.handle : event.kind === 'profile-gone' ? event.why : event.kind))).toEqual(['@kezandthemoss', 'deleted', 'blocked-us', 'deleted']);
  });
});
