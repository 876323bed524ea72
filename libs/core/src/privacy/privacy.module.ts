import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from '../database/index.js';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
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
import { Suppression } from './suppression.js';

export interface PrivacyOptions {
  readonly suppressionKey: string;
  /** The file beside the database in which hashes of what was erased are kept. */
  readonly journalPath: string;
}

/** Whom libraries do not hear, and what is forgotten. Needs FollowChanges and Classifiers of global modules. */
@Module({})
export class PrivacyModule {
  static forRoot({ suppressionKey, journalPath }: PrivacyOptions): DynamicModule {
    return {
      module: PrivacyModule,
      imports: [LibrariesModule, StaffApiModule],
      providers: [
        DoNotService, DoNotRepository, DoNotResolver, DoNotActorResolver, ErasureResolver, libraryEdge(DoNotModel, 'The library that decided it.'),
        {
          provide: ErasureService,
          inject: [Database, Classifiers, Permissions],
          useFactory: (database: Database, classifiers: Classifiers, permissions: Permissions) =>
            new ErasureService(database, new Suppression(suppressionKey), new SuppressionFile(journalPath), classifiers, permissions),
        },
      ],
      exports: [DoNotService, ErasureService],
    };
  }
}
