import { ArgsType, createUnionType, Field, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id, PageArgs, UserError } from '../graphql/index.js';
import type { JobCountRow, JobRow, JobState } from './job.row.js';

export const JobStateEnum = enumOf<JobState>('JobState', 'What became of a job.', {
  waiting: 'For its time, for a free place, or for another attempt.',
  running: 'Somebody is at it.',
  done: 'It was done. Kept for a week.',
  failed: 'Its last attempt failed. It can be tried again.',
  cancelled: 'Somebody called it off.',
});

@ObjectType('Job', { description: 'Work that Earshot does by itself, apart from what anybody waits for.' })
export class JobModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => String, { description: 'What kind of work: `<feature>.<what>`.' })
  readonly kind!: string;

  @Field(() => Id, { nullable: true, description: 'The library for which it is done; null for the whole installation.' })
  readonly libraryId!: string | null;

  @Field(() => JobStateEnum, { description: 'What became of it.' })
  readonly state!: JobState;

  @Field(() => Int, { description: 'How often it was begun.' })
  readonly attempts!: number;

  @Field(() => Int, { description: 'How often it is begun at most.' })
  readonly mostAttempts!: number;

  @Field(() => Date, { description: 'When it was written down.' })
  readonly enqueuedAt!: Date;

  @Field(() => Date, { description: 'Not begun before.' })
  readonly dueAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When its last attempt began.' })
  readonly startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was done, or failed for the last time.' })
  readonly endedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why its last attempt failed, for people.' })
  readonly words!: string | null;

  static fromRow(row: JobRow): JobModel {
    return Object.assign(new JobModel(), row);
  }
}

@ObjectType({ description: 'A page of a list of Job.' })
export class JobConnection extends connectionOf('Job', JobModel) {}

@ObjectType('JobCount', { description: 'How much work of one kind there is.' })
export class JobCountModel {
  @Field(() => String, { description: 'The kind.' })
  readonly kind!: string;

  @Field(() => Int, { description: 'How much waits.' })
  readonly waiting!: number;

  @Field(() => Int, { description: 'How much is being done.' })
  readonly running!: number;

  @Field(() => Int, { description: 'How much failed within the last week.' })
  readonly failed!: number;

  @Field(() => Date, { nullable: true, description: 'Since when the oldest waits that could be begun; null where none does.' })
  readonly waitingSince!: Date | null;

  static fromRow(row: JobCountRow): JobCountModel {
    return Object.assign(new JobCountModel(), row);
  }
}

@ArgsType()
export class JobsArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'Of this library only.' })
  readonly libraryId?: string | null;

  @Field(() => String, { nullable: true, description: 'Of this kind only.' })
  readonly kind?: string | null;

  @Field(() => JobStateEnum, { nullable: true, description: 'In this state only.' })
  readonly state?: JobState | null;
}

@ObjectType('JobNotFailed', { implements: () => UserError, description: 'There is nothing to try again: the job did not fail, or somebody was quicker.' })
export class JobNotFailedModel extends UserError {
  readonly code = 'JOB_NOT_FAILED';
  readonly message = 'This job has not failed, or is being tried again already.';
}

export const RetryJobResult = createUnionType({
  name: 'RetryJobResult',
  description: 'The job, waiting again, or why not.',
  types: () => [JobModel, JobNotFailedModel] as const,
});
