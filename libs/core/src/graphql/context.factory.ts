import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { Injectable, Logger } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { Database, newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { correlationId } from '../logging/index.js';
import { ActorResolver, type Authority, SameOrigin } from '../staff/index.js';
import { type GraphqlContext, RequestContext, type RequestOrigin } from './request-context.js';

const status: Partial<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 };

/** Makes the context of an operation, or refuses it: nobody reaches GraphQL, not even its introspection, without having signed in. */
@Injectable()
export class ContextFactory {
  private readonly logger = new Logger('graphql');

  constructor(private readonly database: Database, private readonly actors: ActorResolver, private readonly sameOrigin: SameOrigin) {}

  /** @throws GraphQLError with the status 401 or 403. */
  async ofHttp({ req, res }: { readonly req: Request; readonly res: Response }): Promise<GraphqlContext> {
    const authority = await this.authorise(req);
    const request = this.open(authority, { ip: req.ip ?? '', correlationId: correlationId() ?? newId() });
    res.setHeader('x-correlation-id', request.origin.correlationId);
    // The net under Apollo's own hook: a client that goes away, or a failure before the operation began.
    res.once('close', () => void request.close().catch((error: unknown) => this.logger.error(new Error('a read scope did not close', { cause: error }))));
    return { request, req };
  }

  ofSocket(authority: Authority, upgraded: IncomingMessage): GraphqlContext {
    return { request: this.open(authority, { ip: upgraded.socket.remoteAddress ?? '', correlationId: newId() }), req: upgraded };
  }

  private open(authority: Authority, origin: RequestOrigin): RequestContext {
    return new RequestContext(authority, origin, (actor) => this.database.reads(actor));
  }

  private async authorise(req: Request): Promise<Authority> {
    try {
      const authority = await this.actors.resolve(req.headers);
      if (authority === undefined) throw new PlatformError('UNAUTHENTICATED', 'Sign in first, or send a token, or what signing in at /sign-in/client answers with: "Authorization: Bearer …".');
      if (authority.by.kind === 'session') this.sameOrigin.requireOwnScript(req.headers);
      return authority;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      throw new GraphQLError(error.message, { extensions: { code: error.code, http: { status: status[error.code] ?? 400 } } });
    }
  }
}
