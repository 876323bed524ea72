import { systemClock } from '@earshot/plugin-sdk';
import { type FactoryProvider, Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/index.js';
import { Database } from '../database/index.js';
import { ListeningService } from '../listening/index.js';
import { PluginRegistry } from '../plugins/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { Permissions } from '../staff/index.js';
import { BringingInResolver, BroughtInActorResolver } from './bringing-in.resolver.js';
import { BringingIn } from './bringing-in.service.js';
import { BroughtInRepository } from './brought-in.repository.js';
import { TakingBack } from './taking-back.service.js';

const bringing: FactoryProvider<BringingIn> = {
  provide: BringingIn,
  inject: [Database, Permissions, BroughtInRepository, ListeningService, PluginRegistry],
  useFactory: (database: Database, permissions: Permissions, brought: BroughtInRepository, listening: ListeningService, registry: PluginRegistry) =>
    new BringingIn(database, permissions, brought, { listening, registry, clock: systemClock }),
};

/** What staff bring in by hand. Needs the pipeline and the plugins of global modules. */
@Module({ imports: [ConversationsModule, StaffApiModule], providers: [bringing, TakingBack, BroughtInRepository, BringingInResolver, BroughtInActorResolver] })
export class BringingInModule {}
