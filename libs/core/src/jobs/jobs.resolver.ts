import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { JobDesk } from './job-desk.js';
import { JobConnection, JobCountModel, JobModel, JobNotFailedModel, JobsArgs, RetryJobResult } from './job.model.js';
import { JobsRepository, jobOrder } from './jobs.repository.js';

@Resolver(() => JobModel)
export class JobsResolver {
  constructor(
    private readonly repository: JobsRepository,
    private readonly desk: JobDesk,
  ) {}

  @Requires({ scope: 'administer', role: 'administrator' })
  @Query(() => JobConnection, { description: 'Work that Earshot does by itself, the newest first: that of your libraries, and that of the installation.' })
  async jobs(@Args() args: JobsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<JobModel>> {
    const page = jobOrder.page(args);
    const filter = { libraryId: args.libraryId ?? undefined, kind: args.kind ?? undefined, state: args.state ?? undefined };
    return page.connection(await this.repository.jobs(request.reads, filter, page), JobModel.fromRow);
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Query(() => [JobCountModel], { description: 'How much of it waits, runs and failed, by kind.' })
  async jobCounts(@CurrentRequest() request: RequestContext): Promise<readonly JobCountModel[]> {
    return (await this.repository.counts(request.reads)).map(JobCountModel.fromRow);
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Mutation(() => RetryJobResult, { description: 'Lets a failed job run once more. One of the whole installation needs an administrator of a library that stands at the top.' })
  async retryJob(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentActor() actor: Actor): Promise<JobModel | JobNotFailedModel> {
    const job = await this.desk.retry(actor, id);
    return job === undefined ? new JobNotFailedModel() : JobModel.fromRow(job);
  }
}
