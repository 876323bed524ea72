import { systemClock } from '@earshot/plugin-sdk';
import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from '../database/index.js';
import { Jobs } from '../jobs/index.js';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import type { Logger } from '../logging/index.js';
import { Permissions } from '../staff/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { Classifiers } from '../understanding/index.js';
import { DoNotModel } from './do-not/do-not.model.js';
import { DoNotRepository } from './do-not/do-not.repository.js';
import { DoNotActorResolver, DoNotResolver } from './do-not/do-not.resolver.js';
import { DoNotService } from './do-not/do-not.service.js';
import { ErasureResolver } from './erasure/erasure.resolver.js';
import { ErasureService } from './erasure/erasure.service.js';
import { SuppressionFile } from './erasure/suppression-file.js';
import { handlePrivacyJobs } from './privacy-jobs.js';
import { RetentionPolicies } from './retention/retention-policies.js';
import { RetentionResolver } from './retention/retention.resolver.js';
import { RetentionService } from './retention/retention.service.js';
import { Suppression } from './suppression.js';

export interface PrivacyOptions {
  readonly suppressionKey: string;
  /** The file beside the database in which hashes of what was erased are kept. */
  readonly journalPath: string;
  readonly log: Logger;
}

/** Whom libraries do not hear, and what is forgotten. Needs FollowChanges, Jobs and Classifiers of global modules. */
@Module({})
export class PrivacyModule {
  static forRoot({ suppressionKey, journalPath, log }: PrivacyOptions): DynamicModule {
    const suppression = new Suppression(suppressionKey);
    return {
      module: PrivacyModule,
      imports: [LibrariesModule, StaffApiModule],
      providers: [
        DoNotService, DoNotRepository, DoNotResolver, DoNotActorResolver, ErasureResolver, RetentionPolicies, RetentionResolver, libraryEdge(DoNotModel, 'The library that decided it.'),
        {
          provide: ErasureService,
          inject: [Database, Classifiers, Permissions],
          useFactory: (database: Database, classifiers: Classifiers, permissions: Permissions) => new ErasureService(database, suppression, new SuppressionFile(journalPath), classifiers, permissions),
        },
        {
          provide: RetentionService,
          inject: [Database, Classifiers, Jobs],
          useFactory: (database: Database, classifiers: Classifiers, jobs: Jobs) => {
            const retention = new RetentionService(database, suppression, classifiers, systemClock);
            handlePrivacyJobs(jobs, { database, retention, classifiers, log });
            return retention;
          },
        },
      ],
      exports: [DoNotService, ErasureService, RetentionService],
    };
  }
}
