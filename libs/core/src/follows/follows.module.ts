import { Module } from '@nestjs/common';
import { StaffApiModule } from '../staff/api/index.js';
import { AddFollowsService } from './add-follows.service.js';
import { FollowDesk } from './follow-desk.js';
import { FollowListsResolver } from './follow-lists.resolver.js';
import { FollowListsService } from './follow-lists.service.js';
import { FollowLoaders } from './follow-loaders.js';
import { FollowsRepository } from './follows.repository.js';
import { FollowsResolver } from './follows.resolver.js';
import { FollowsService } from './follows.service.js';

const offered = [AddFollowsService, FollowListsService, FollowLoaders, FollowsRepository, FollowsService];

/** What libraries listen to. Needs, from a global module, TargetResolver and FollowChanges, which the host of the plugins implements. */
@Module({ imports: [StaffApiModule], providers: [FollowDesk, ...offered, FollowListsResolver, FollowsResolver], exports: offered })
export class FollowsModule {}
