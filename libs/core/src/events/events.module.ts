import { Module } from '@nestjs/common';
import { ChangesService } from './changes.service.js';
import { EventsResolver } from './events.resolver.js';
import { HintConnection } from './hint-connection.js';
import { Hints } from './hints.service.js';

/** Live hints for clients. For the processes that answer clients: it keeps a connection of its own to PostgreSQL. */
@Module({ providers: [ChangesService, EventsResolver, HintConnection, Hints] })
export class EventsModule {}
