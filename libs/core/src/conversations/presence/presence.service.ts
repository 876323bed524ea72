import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { type Actor, type Needed, Permissions } from '../../staff/index.js';
import { PresenceRepository } from './presence.repository.js';
import type { PresenceRow, PresenceWord } from './presence.row.js';

/** Whoever sees a conversation may be in it; a program is nobody. */
const needed: Needed = { scope: 'read', person: true };

/**
 * Who is in a conversation, as their clients say every so often: viewing ⇄ typing, until they say `left` or are silent for forty seconds.
 *
 * It is no act on the conversation: neither its version, nor its timeline, nor how long it is kept changes by it. Colleagues are told when somebody comes,
 * goes by saying so, or does something else; not of each word that says the same again, nor of whoever falls silent.
 */
@Injectable()
export class PresenceService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly presence: PresenceRepository,
  ) {}

  /** @returns who else is there. @throws PlatformError FORBIDDEN for a token, NOT_FOUND */
  say(actor: Actor, conversationId: string, word: PresenceWord): Promise<readonly PresenceRow[]> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      const said = await this.presence.say(tx, conversationId, word);
      if (said === undefined) throw new PlatformError('NOT_FOUND', 'There is no such conversation.', 'conversationId');
      if (said.changed) tx.hint({ kind: 'presence', id: said.id, library: said.libraryId });
      return this.presence.others(tx, [said], actor.id);
    });
  }
}
