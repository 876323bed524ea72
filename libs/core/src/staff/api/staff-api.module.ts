import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { json, urlencoded } from 'express';
import { StaffReader } from '../staff.reader.js';
import { ActorLoader } from './actor.loader.js';
import { AuditResolver } from './audit.resolver.js';
import { FormAnswer } from './form-answer.js';
import { SignInController } from './sign-in.controller.js';
import { StaffResolver } from './staff.resolver.js';
import { TokensResolver } from './tokens.resolver.js';
import { WorkResolver } from './work.resolver.js';
import { ViewerResolver } from './viewer.resolver.js';

const bodyLimit = '16kb';

/** What the world sees of staff/: the doors, and GraphQL for people, roles, sessions, tokens and the audit log. */
@Module({
  controllers: [SignInController],
  providers: [ActorLoader, AuditResolver, FormAnswer, StaffReader, StaffResolver, TokensResolver, ViewerResolver, WorkResolver],
  exports: [ActorLoader],
})
export class StaffApiModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(json({ limit: bodyLimit }), urlencoded({ extended: false, limit: bodyLimit })).forRoutes(SignInController);
  }
}
