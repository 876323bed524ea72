import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PlatformError } from '../../errors/index.js';
import { ActorResolver, type Authority, SameOrigin } from '../../staff/index.js';

/** Who may open a socket. */
@Injectable()
export class SocketDoor {
  constructor(private readonly actors: ActorResolver, private readonly sameOrigin: SameOrigin) {}

  /**
   * By a token or the secret of a client's session, in the first message (`{ token: "ear_…" }`, or `eas_…`) or the header of the request; or by the session's cookie, then only from our own pages:
   * a browser lets any page open a socket to us, and sends the cookie along.
   */
  async open(headers: IncomingHttpHeaders, parameters: Readonly<Record<string, unknown>> | undefined): Promise<Authority | undefined> {
    try {
      const token = parameters?.['token'];
      if (typeof token === 'string') return await this.actors.byBearer(token);
      if (headers.authorization === undefined) this.sameOrigin.requireOwnOrigin(headers);
      return await this.actors.resolve(headers);
    } catch (error) {
      if (error instanceof PlatformError) return undefined;
      throw error;
    }
  }

  stillOpen(authority: Authority): Promise<Authority | undefined> {
    return this.actors.renew(authority);
  }
}
