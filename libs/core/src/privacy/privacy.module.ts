import { Module } from '@nestjs/common';
import { StaffApiModule } from '../staff/api/index.js';
import { DoNotRepository } from './do-not/do-not.repository.js';
import { DoNotActorResolver, DoNotResolver } from './do-not/do-not.resolver.js';
import { DoNotService } from './do-not/do-not.service.js';

/** Whom libraries do not hear, and what is forgotten. Needs FollowChanges of a global module. */
@Module({ imports: [StaffApiModule], providers: [DoNotService, DoNotRepository, DoNotResolver, DoNotActorResolver], exports: [DoNotService] })
export class PrivacyModule {}
