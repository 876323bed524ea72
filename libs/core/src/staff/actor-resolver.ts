import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Authority, type TokenScope, tokenScopes } from './actor.js';
import { hashOf } from './secret-text.js';
import { SessionCookie } from './session-cookie.js';
import { clientSessionPrefix, SessionsRepository } from './sessions.repository.js';
import { StaffOptions } from './staff.options.js';

export const tokenPrefix = 'ear_';

/** Tells from a request's headers who acts: by `Authorization: Bearer`, with a token (`ear_…`) or the secret of a client's session (`eas_…`), else by the session's cookie. */
@Injectable()
export class ActorResolver {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly cookie: SessionCookie,
    private readonly options: StaffOptions,
  ) {}

  /**
   * Undefined where nobody is named. Says nothing of where the request came from: whoever lets a cookie act asks `SameOrigin` as well.
   * @throws PlatformError UNAUTHENTICATED for a token or a client's session that does not hold: it would be a trap to go on as somebody else.
   */
  async resolve(headers: Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>): Promise<Authority | undefined> {
    if (headers.authorization !== undefined) {
      return this.byBearer(/^Bearer +(\S+)$/i.exec(headers.authorization)?.[1]);
    }
    const secret = this.cookie.read(headers.cookie);
    return secret ? this.bySession(hashOf(secret), 'prolong') : undefined;
  }

  /** By what a program sends itself; the secret of a browser's session is none. @throws PlatformError UNAUTHENTICATED */
  async byBearer(secret: string | undefined): Promise<Authority> {
    if (secret?.startsWith(clientSessionPrefix)) {
      const session = await this.byClient(hashOf(secret), true);
      if (session === undefined) throw new PlatformError('UNAUTHENTICATED', 'This session is not known, or has ended. Sign in again.');
      return session;
    }
    const authority = secret?.startsWith(tokenPrefix) ? await this.byTokenHash(hashOf(secret)) : undefined;
    if (authority === undefined) throw new PlatformError('UNAUTHENTICATED', 'This token is not known, or was revoked, or has expired.');
    return authority;
  }

  /** The same authority, asked for anew: undefined once it was revoked, expired, or its actor was deactivated. An open socket is no use of a session and prolongs none. */
  async renew(authority: Authority): Promise<Authority | undefined> {
    const { kind, hash } = authority.by;
    switch (kind) {
      case 'session':
        return this.bySession(hash, 'leave');
      case 'client':
        return this.byClient(hash, false);
      case 'token':
        return this.byTokenHash(hash);
    }
  }

  private async byClient(hash: Buffer, used: boolean): Promise<Authority | undefined> {
    const session = await this.sessions.findClient(hash, used);
    return session && { actor: { id: session.actorId, kind: 'person' }, by: { kind: 'client', hash }, sessionId: session.id };
  }

  private async bySession(hash: Buffer, time: 'prolong' | 'leave'): Promise<Authority | undefined> {
    const hours = this.options.sessionHours;
    const session = await this.sessions.find(hash, hours);
    if (session === undefined) return undefined;
    // Sliding, at a cost of one write in a twentieth of its time.
    if (time === 'prolong' && session.age > (hours * 3_600) / 20) await this.sessions.prolong(session.actorId, session.id, hours);
    return { actor: { id: session.actorId, kind: 'person' }, by: { kind: 'session', hash }, sessionId: session.id };
  }

  private async byTokenHash(hash: Buffer): Promise<Authority | undefined> {
    const [row] = await this.database.beforeSignIn<{ actor_id: string; scopes: string[] }>('select actor_id, scopes from token_actor($1)', [hash]);
    if (row === undefined) return undefined;
    const scopes = row.scopes.filter((scope): scope is TokenScope => (tokenScopes as readonly string[]).includes(scope));
    return { actor: { id: row.actor_id, kind: 'token', scopes }, by: { kind: 'token', hash } };
  }
}
