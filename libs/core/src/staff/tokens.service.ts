import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor } from './actor.js';
import { tokenPrefix } from './actor-resolver.js';
import { Audit } from './audit.js';
import { tokenInput, type TokenWish } from './input.js';
import { Permissions } from './permissions.js';
import { newSecretText } from './secret-text.js';
import { StaffRepository } from './staff.repository.js';

export interface MadeToken {
  readonly id: string;
  /** The token itself: told once. */
  readonly secret: string;
}

/** API tokens: an actor of their own, with a role at one library and scopes that narrow it. Administrators make them, in person. */
@Injectable()
export class TokensService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly staff: StaffRepository,
    private readonly audit: Audit,
  ) {}

  /** The role cannot exceed the maker's, who is an administrator there. */
  async make(actor: Actor, libraryId: string, wish: TokenWish): Promise<MadeToken> {
    const checked = tokenInput.parse(wish);
    const { text, hash } = newSecretText(tokenPrefix);
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'administer', role: 'administrator', person: true });
      const id = await this.staff.addToken(tx, checked, { libraryId, hash, by: actor.id });
      const detail = { role: checked.role, scopes: checked.scopes, days: checked.days };
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'token.made', subjectKind: 'token', subjectId: id, detail });
      return { id, secret: text };
    });
  }

  /** @throws PlatformError NOT_FOUND where there is none to end among those that the actor administers. */
  async revoke(actor: Actor, id: string): Promise<void> {
    this.permissions.requireKind(actor, { scope: 'administer', person: true });
    await this.database.as(actor.id, async (tx) => {
      const libraryId = await this.staff.revokeToken(tx, id);
      if (libraryId === undefined) throw new PlatformError('NOT_FOUND', 'There is no such token, or it was ended before.', 'id');
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'token.revoked', subjectKind: 'token', subjectId: id });
    });
  }
}
