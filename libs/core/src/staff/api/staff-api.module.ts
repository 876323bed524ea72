import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { json, urlencoded } from 'express';
import { FormAnswer } from './form-answer.js';
import { SignInController } from './sign-in.controller.js';

const bodyLimit = '16kb';

/** What the world sees of staff/: the doors, and GraphQL for people, roles, sessions, tokens and the audit log. */
@Module({ controllers: [SignInController], providers: [FormAnswer] })
export class StaffApiModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(json({ limit: bodyLimit }), urlencoded({ extended: false, limit: bodyLimit })).forRoutes(SignInController);
  }
}
