import { Module } from '@nestjs/common';
import { FollowServicesModule } from './follows.module.js';
import { NetworkListsResolver } from './network-lists.resolver.js';
import { NetworkListsService } from './network-lists.service.js';

/** Lists kept on networks. Needs the host of the plugins, and what {@link FollowServicesModule} needs. */
@Module({ imports: [FollowServicesModule], providers: [NetworkListsService, NetworkListsResolver] })
export class NetworkListsModule {}
