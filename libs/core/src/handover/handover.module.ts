import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/index.js';
import { HandoverResolver } from './handover.resolver.js';
import { HandoverService } from './handover.service.js';
import { MayTake } from './may-take.js';

/** Work that goes from one hand to another: to a colleague, or to another library of the tree. */
@Module({ imports: [ConversationsModule], providers: [HandoverResolver, HandoverService, MayTake] })
export class HandoverModule {}
