import type { Ref } from '@earshot/plugin-sdk';
import { Injectable, Optional } from '@nestjs/common';
import { openBegun } from '../conversations/index.js';
import { Database, type Tx, newId } from '../database/index.js';
import { Notices } from '../notices/index.js';
import { keyOf, refText } from './key.js';
import { type KnownPost, KnownRepository } from './known.repository.js';
import { nameLocally } from './local-names.js';
import { noteThreads } from './living/note-threads.js';
import { tellAnswered } from './tell-staff.js';
import { ThreadsMoved, ThreadsRepository } from './threads.repository.js';
import { everyKey, joinRows, joinsOf } from './twins.js';

/** Under which post one of ours stands; or, where it answers nobody, in which thread. */
type Under = { readonly postId: string } | { readonly threadId: string };

interface Place {
  readonly threadId: string;
  readonly parentId: string | null;
  readonly accountId: string;
}

/**
 * Gives a post of ours its place in the thread as soon as it is sent: whoever answers it is then heard as answering us, also where the
 * network never shows us our own posts. What it says comes with the source, if it comes.
 */
@Injectable()
export class SentPostsInThreads {
  private readonly known = new KnownRepository();
  private readonly threads = new ThreadsRepository();

  constructor(private readonly database: Database, @Optional() private readonly notices?: Notices) {}

  /** @throws ThreadsMoved, NamesMoved where another process wrote the same meanwhile; nothing is stored then */
  async noteSent(ref: Ref, under: Under, accountId: string): Promise<void> {
    await this.database.listening(async (tx) => {
      const [to] = await tx.query<{ threadId: string; parentId: string | null; now: Date }>(...placeOf(under));
      if (to === undefined) return;
      const before = await this.known.posts(tx, everyKey([ref]));
      // The threads are locked as every writer of them does, so that a merge meanwhile takes our post along.
      await this.threads.lock(tx, [to.threadId, ...[...before.values()].map((post) => post.threadId)]);
      if (before.size !== (await this.known.posts(tx, everyKey([ref]))).size) throw new ThreadsMoved('it was told meanwhile');
      const place = { ...to, accountId };
      const id = before.size === 0 ? await insert(tx, ref, place) : await this.place(tx, ref, before, place);
      if (id === undefined) return;
      await nameLocally(tx, 'post', [{ ref, id }]);
      const [placed] = await tx.query<{ thread_id: string }>('select thread_id from post where id = $1', [id]);
      if (placed === undefined) return;
      // From here on somebody may answer us, also where the thread had lived.
      await noteThreads(tx, accountId, new Map([[placed.thread_id, to.now]]), to.now);
      await tellAnswered(tx, this.notices, await openBegun(tx, placed.thread_id));
    });
  }

  /** Whoever answers fast is heard before we are told that it was sent: then it has a row, in a thread of its own. */
  private async place(tx: Tx, ref: Ref, before: ReadonlyMap<string, KnownPost>, { threadId, parentId, accountId }: Place): Promise<string | undefined> {
    const joins = joinsOf([ref], before, ({ known }) => known);
    const id = (joins[0]?.survivor ?? before.get(refText(ref)))?.id;
    const threads = [...new Set([threadId, ...[...before.values()].map((post) => post.threadId)])];
    if (threads.length > 1) await this.threads.merge(tx, threads);
    await joinRows(tx, 'post', joins);
    await tx.query(
      `update post p set parent_id = coalesce(p.parent_id, $2), author_id = coalesce(p.author_id, (select profile_id from account where id = $3)) where p.id = $1 and not p.known and p.id is distinct from $2`,
      [id, parentId, accountId]);
    return id;
  }
}

const placeOf = (under: Under): [sql: string, parameters: unknown[]] =>
  'postId' in under
    ? ['select thread_id as "threadId", id as "parentId", now() as now from post where id = $1', [under.postId]]
    : ['select coalesce(merged_into, id) as "threadId", null::uuid as "parentId", now() as now from thread where id = $1', [under.threadId]];

/** Nothing, where a writer of the same key was faster: what it says is stored then. */
const insert = async (tx: Tx, ref: Ref, { threadId, parentId, accountId }: Place): Promise<string | undefined> => {
  const { network, remoteId } = keyOf(ref);
  const [row] = await tx.query<{ id: string }>(
    `insert into post(id, network, remote_id, thread_id, parent_id, author_id, known)
     select $1, $2, $3, $4, $5, a.profile_id, false from account a where a.id = $6
     on conflict (network, remote_id) do nothing returning id`,
    [newId(), network, remoteId, threadId, parentId, accountId],
  );
  return row?.id;
};
