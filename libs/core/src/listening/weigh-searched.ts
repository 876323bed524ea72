import { Injectable } from '@nestjs/common';
import { rerank } from '../conversations/index.js';
import type { Database } from '../database/index.js';
import { searchChangedJob } from '../follows/searches/index.js';
import type { Jobs } from '../jobs/index.js';
import { type Classifiers, effectsOf } from '../understanding/index.js';

const atOnce = 200;

/** Weighs again what a saved search raised: it ended, or came back. What it found stays known, so that its end can be undone. */
@Injectable()
export class WeighSearched {
  constructor(private readonly database: Database, private readonly classifiers: Classifiers, jobs: Jobs) {
    jobs.handle(searchChangedJob, ({ data, abort }) => this.weigh(data.searchId, abort));
  }

  async weigh(searchId: string, abort: AbortSignal): Promise<void> {
    for (let after: string | undefined = '00000000-0000-0000-0000-000000000000'; after !== undefined; ) {
      abort.throwIfAborted();
      after = await this.weighAfter(after, searchId);
    }
  }

  private weighAfter(after: string, searchId: string): Promise<string | undefined> {
    return this.database.listening(async (tx) => {
      const rows = await tx.query<{ id: string }>('select distinct conversation_id as id from search_match where search_id = $1 and conversation_id > $2 order by conversation_id limit $3', [searchId, after, atOnce]);
      await rerank(tx, rows.map(({ id }) => id), effectsOf(this.classifiers.list()));
      return rows.at(-1)?.id;
    });
  }
}
