import { Module } from '@nestjs/common';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { FollowServicesModule } from './follows.module.js';
import { BoundChangesService } from './in-step/bound-changes.service.js';
import { BoundListJobs } from './in-step/bound-list.jobs.js';
import { BoundListModel } from './in-step/bound-list.model.js';
import { BoundListsReader } from './in-step/bound-lists.reader.js';
import { BoundListChangesResolver, BoundListLeavingResolver, BoundListsResolver } from './in-step/bound-lists.resolver.js';
import { BoundListsService } from './in-step/bound-lists.service.js';
import { ListLook } from './in-step/list-look.js';
import { PublishedListModel } from './publishing/published-list.model.js';
import { PublishedListsReader } from './publishing/published-lists.reader.js';
import { PublishedListsResolver, PublishPreviewEntryResolver, PublishPreviewResolver } from './publishing/published-lists.resolver.js';
import { PublishedListsService } from './publishing/published-lists.service.js';
import { PublishingJobs } from './publishing/publishing.jobs.js';
import { PublishingRun } from './publishing/publishing-run.js';
import { NetworkListsResolver } from './network-lists.resolver.js';
import { NetworkListsService } from './network-lists.service.js';

const offered = [BoundChangesService, BoundListsReader, BoundListsService, ListLook, NetworkListsService, PublishedListsReader, PublishedListsService, PublishingRun];

/** The services of lists kept on networks, for programs without an API. Needs what {@link NetworkListsModule} needs. */
@Module({ imports: [FollowServicesModule], providers: offered, exports: offered })
export class NetworkListServicesModule {}

/** Lists kept on networks. Needs the host of the plugins, notices, and what {@link FollowServicesModule} needs. */
@Module({
  imports: [LibrariesModule, FollowServicesModule, NetworkListServicesModule, StaffApiModule],
  providers: [
    BoundListJobs, BoundListChangesResolver, BoundListLeavingResolver, BoundListsResolver, NetworkListsResolver, PublishedListsResolver, PublishingJobs, PublishPreviewEntryResolver, PublishPreviewResolver,
    libraryEdge(BoundListModel, 'The library whose follow list it is.'), libraryEdge(PublishedListModel, 'The library whose follow list it is.'),
  ],
})
export class NetworkListsModule {}
