import { newId } from '@earshot/core/database';
import { eventually } from '../../support/eventually.ts';
import type { Draw } from '../frame/draw.ts';
import type { Round } from '../frame/round.ts';
import type { Town } from './town.ts';

interface Answerable {
  readonly postId: string;
  readonly conversationId: string;
}

/** By it the far side decides how it treats the reply: so the seed does. */
const keyFrom = (draw: Draw): string => `00000000-0000-4000-8000-${draw.int(0, 2 ** 48 - 1).toString(16).padStart(12, '0')}`;

/** Replies that a person approved, to posts that are there, due now or, each at a time of its own, within so many milliseconds. @returns by their keys when each is due, in milliseconds */
export const approveReplies = async (round: Round, { installation, listeners }: Town, count: number, withinMs = 0): Promise<ReadonlyMap<string, number>> => {
  const draw = round.draw.apart();
  const due = new Map<string, number>();
  for (const [n, { accountId, libraryId, personId }] of listeners.entries()) {
    const posts = await installation.query<Answerable>(
      `select p.id as "postId", c.id as "conversationId" from post p join conversation c on c.thread_id = p.thread_id and c.library_id = $1 and c.merged_into is null
       where p.known and p.gone_at is null and p.network = 'faults' order by p.remote_id`, [libraryId]);
    for (const { postId, conversationId } of draw.shuffled(posts).slice(0, n === 0 ? count : Math.ceil(count / 3))) {
      const [key, at] = [keyFrom(draw), Date.now() + (withinMs === 0 ? 0 : draw.int(0, withinMs))];
      await installation.query(
        `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'approved', $8, $8, 'person', $7, now(), $9)`,
        [newId(), libraryId, conversationId, accountId, postId, key, `We have a book about that: ${postId}`, personId, new Date(at)]);
      due.set(key, at);
    }
  }
  return due;
};

/** Answers in two to five parts to posts of the first library's, which a person approved, due now. */
export const approveInParts = async (round: Round, { installation, listeners: [listener] }: Town, count: number): Promise<void> => {
  if (listener === undefined) throw new Error('nobody listens');
  const draw = round.draw.apart();
  const posts = await installation.query<Answerable>(
    `select distinct on (c.id) p.id as "postId", c.id as "conversationId" from post p join conversation c on c.thread_id = p.thread_id and c.library_id = $1 and c.merged_into is null
     where p.known and p.gone_at is null and p.network = 'faults' order by c.id, p.remote_id`, [listener.libraryId]);
  for (const { postId, conversationId } of draw.shuffled(posts).slice(0, count)) {
    const parts = Array.from({ length: draw.int(2, 5) }, (_, part) => ({ id: newId(), key: keyFrom(draw), text: `Part ${part} about ${postId}` }));
    await installation.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, whole_id, part, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at)
       select t.id, $1, $4, $2, $5, case when nth > 1 then ($6::uuid[])[1] end, nth - 1, t.key, t.text, 'approved', $3, $3, 'person', t.text, now(), case when nth = 1 then now() end
       from unnest($6::uuid[], $7::uuid[], $8::text[]) with ordinality as t(id, key, text, nth) order by nth`,
      [listener.libraryId, listener.accountId, listener.personId, conversationId, postId, parts.map(({ id }) => id), parts.map(({ key }) => key), parts.map(({ text }) => text)]);
  }
};

/** One after another to the same few people of the first library, all due now. */
export const approveQueue = async (round: Round, { installation, listeners: [listener] }: Town, { count, people }: { readonly count: number; readonly people: number }): Promise<void> => {
  if (listener === undefined) throw new Error('nobody listens');
  const draw = round.draw.apart();
  const posts = await installation.query<Answerable>(
    `select distinct on (c.id) p.id as "postId", c.id as "conversationId" from post p join conversation c on c.thread_id = p.thread_id and c.library_id = $1 and c.merged_into is null
     where p.known and p.gone_at is null and p.network = 'faults' order by c.id, p.remote_id`, [listener.libraryId]);
  const asked = draw.shuffled(posts).slice(0, people);
  const queue = Array.from({ length: count }, (_, n) => ({ id: newId(), ...draw.pick(asked), key: keyFrom(draw), text: `Number ${n}` }));
  await installation.query(
    `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at)
     select t.id, $1, t.conversation, $2, t.post, t.key, t.text, 'approved', $3, $3, 'person', t.text, clock_timestamp(), clock_timestamp()
     from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[]) with ordinality as t(id, conversation, post, key, text, nth) order by nth`,
    [listener.libraryId, listener.accountId, listener.personId, queue.map(({ id }) => id), queue.map(({ conversationId }) => conversationId), queue.map(({ postId }) => postId), queue.map(({ key }) => key), queue.map(({ text }) => text)]);
};

/**
 * Once none is on its way any more, and each that was sent has its place; parts of an answer behind one that a person has to look at wait for that. Or once it is
 * no matter any more. Where the outbox waits before it tries again, the wait is over at once; and the lease of what nobody finished in seconds, at a far side
 * that answers within a tenth of one, is taken for over: its holder is gone.
 */
export const untilSettled = (town: Town, withinMs = 90_000, noMatter?: AbortSignal): Promise<true> =>
  eventually('every reply being settled', async () => {
    if (noMatter?.aborted === true) return true;
    const left = async (): Promise<true | undefined> => {
      const { installation } = town;
      await installation.query(`update reply set due_at = now() where state = 'approved' and tries > 0 and due_at > now()`);
      await installation.query(`update reply set lease_until = now() where state = 'sending' and lease_until > now() and changed_at < now() - interval '4 seconds'`);
      return (await repliesLeft(town)) === 0 ? true : undefined;
    };
    return left().catch(() => undefined);
  }, withinMs);

/** Until something happens, or every reply is settled without it, whichever comes first: nobody waits on for the other. @returns whether it happened */
export const happensFirst = async (town: Town, something: Promise<unknown>): Promise<boolean> => {
  const over = new AbortController();
  try {
    return await Promise.race([something.then(() => true), untilSettled(town, undefined, over.signal).then(() => false)]);
  } finally {
    over.abort();
  }
};

/** How many have not left, or have no place yet, and will without a person. */
export const repliesLeft = async ({ installation }: Town): Promise<number> => {
  const [row] = await installation.query<{ left: number }>(
    `select count(*)::int as left from reply r where (state in ('approved', 'sending') or place_due is not null)
       and not exists (select 1 from reply b where (b.id = r.whole_id or b.whole_id = r.whole_id) and b.part < r.part and b.state in ('unknown', 'failed', 'draft'))`);
  return row?.left ?? 0;
};
