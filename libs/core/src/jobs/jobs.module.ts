import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from '../database/index.js';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import { JobDesk } from './job-desk.js';
import { JobQueue, type JobQueueOptions } from './job-queue.js';
import { Jobs } from './jobs.js';
import { JobModel } from './job.model.js';
import { JobsRepository } from './jobs.repository.js';
import { JobsResolver } from './jobs.resolver.js';

/** The queue. Global: every feature may write jobs down. The composition root starts {@link JobQueue} where this process has the role `work`. */
@Module({})
export class JobsModule {
  static forRoot(options: JobQueueOptions): DynamicModule {
    return {
      module: JobsModule,
      global: true,
      providers: [
        { provide: JobQueue, inject: [Database], useFactory: (database: Database) => new JobQueue(database, options) },
        { provide: Jobs, useExisting: JobQueue },
      ],
      exports: [JobQueue, Jobs],
    };
  }
}

/** What administrators see of it. */
@Module({ imports: [LibrariesModule], providers: [JobDesk, JobsRepository, JobsResolver, libraryEdge(JobModel, 'The library for which it is done; null for the whole installation.')] })
export class JobsApiModule {}
