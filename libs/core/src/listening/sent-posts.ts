import type { Ref } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { Database, newId } from '../database/index.js';
import { keyOf } from './key.js';

/**
 * Gives a post of ours its place in the thread as soon as it is sent: whoever answers it is then heard as answering us, also where the
 * network never shows us our own posts. What it says comes with the source, if it comes.
 */
@Injectable()
export class SentPostsInThreads {
  constructor(private readonly database: Database) {}

  async noteSent(ref: Ref, toPostId: string, accountId: string): Promise<void> {
    const { network, remoteId } = keyOf(ref);
    await this.database.listening(async (tx) => {
      // The thread is locked as every writer of it does, so that a merge meanwhile takes our post along.
      await tx.query('select t.id from thread t join post p on p.thread_id = t.id where p.id = $1 for update of t', [toPostId]);
      await tx.query(
        `insert into post(id, network, remote_id, thread_id, parent_id, author_id, known)
         select $1, $2, $3, p.thread_id, p.id, a.profile_id, false from post p, account a where p.id = $4 and a.id = $5
         on conflict (network, remote_id) do nothing`,
        [newId(), network, remoteId, toPostId, accountId],
      );
    });
  }
}
