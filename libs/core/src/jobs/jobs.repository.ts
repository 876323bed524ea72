import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { type Keyed, Keyset, type Page } from '../graphql/index.js';
import type { JobCountRow, JobRow, JobState } from './job.row.js';

/** The newest first. */
export const jobOrder = new Keyset('jobs', 'desc', [{ column: 'j.created_on', type: 'timestamptz' }, { column: 'j.id', type: 'uuid' }]);

export interface JobFilter {
  readonly libraryId?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: JobState | undefined;
}

// pg-boss's own words (created, retry, active, completed, cancelled, failed) in ours. A retry is waiting again.
const state = `case j.state when 'active' then 'running' when 'completed' then 'done' when 'failed' then 'failed' when 'cancelled' then 'cancelled' else 'waiting' end`;
/** What pg-boss enqueues for its own clockwork begins so. */
const ours = `j.name not like '\\_\\_pgboss%'`;
const inSight = `(j.group_id is null or j.group_id::uuid in (select library_id from actor_scope where actor_id = actor_id() and role = 'administrator'))`;

const columns = `j.id, j.name as kind, j.group_id as "libraryId", ${state} as state,
  case when j.started_on is null then 0 else j.retry_count + 1 end as attempts, j.retry_limit + 1 as "mostAttempts",
  j.created_on as "enqueuedAt", j.start_after as "dueAt", j.started_on as "startedAt", j.completed_on as "endedAt",
  case when j.state in ('retry', 'failed') then coalesce(j.output ->> 'message', j.output #>> '{value,message}') end as words`;

/** Reads the queue, as far as the reader may see it. The rows are pg-boss's. */
@Injectable()
export class JobsRepository {
  /** A page of {@link jobOrder}. */
  jobs(reads: ReadScope, filter: JobFilter, page: Page): Promise<readonly (JobRow & Keyed)[]> {
    const parameters: unknown[] = [filter.libraryId ?? null, filter.kind ?? null, filter.state ?? null];
    return reads.query(
      `select ${columns}, ${jobOrder.select} from pgboss.job_common j
       where ${ours} and ${inSight} and ($1::text is null or j.group_id = $1) and ($2::text is null or j.name = $2) and ($3::text is null or ${state} = $3)
         ${page.after(parameters)} ${jobOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  byId(reads: Pick<ReadScope, 'query'>, id: string): Promise<readonly JobRow[]> {
    return reads.query(`select ${columns} from pgboss.job_common j where ${ours} and ${inSight} and j.id = $1`, [id]);
  }

  counts(reads: ReadScope): Promise<readonly JobCountRow[]> {
    return reads.query(
      `select j.name as kind, (count(*) filter (where j.state < 'active'))::int as waiting, (count(*) filter (where j.state = 'active'))::int as running,
         (count(*) filter (where j.state = 'failed'))::int as failed, min(j.start_after) filter (where j.state < 'active' and j.start_after <= now()) as "waitingSince"
       from pgboss.job_common j where ${ours} and ${inSight} and j.state in ('created', 'retry', 'active', 'failed') group by j.name order by j.name`,
    );
  }
}
