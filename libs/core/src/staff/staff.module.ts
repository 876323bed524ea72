import { type DynamicModule, Module } from '@nestjs/common';
import { ActorResolver } from './actor-resolver.js';
import { Audit } from './audit.js';
import { WorkRepository } from './leaving/work.repository.js';
import { Permissions } from './permissions.js';
import { SameOrigin } from './same-origin.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsRepository } from './sessions.repository.js';
import { SetupLink } from './setup-link.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignIn } from './sign-in.service.js';
import { StaffOptions } from './staff.options.js';
import { StaffRepository } from './staff.repository.js';
import { StaffService } from './staff.service.js';
import { TokensService } from './tokens.service.js';

/** Who people are and what they may do. Global: every feature asks. Its routes and resolvers are StaffApiModule's. */
@Module({})
export class StaffModule {
  static forRoot(options: StaffOptions): DynamicModule {
    const offered = [ActorResolver, Audit, Permissions, SameOrigin, SessionCookie, SessionsRepository, SetupLink, SignIn, StaffService, TokensService];
    return {
      module: StaffModule,
      global: true,
      providers: [{ provide: StaffOptions, useValue: options }, SignInAttempts, StaffRepository, WorkRepository, ...offered],
      exports: [StaffOptions, ...offered],
    };
  }
}
