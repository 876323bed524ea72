import { Injectable } from '@nestjs/common';
import { type Changed, type ConversationRow, TriageDesk } from '../conversations/index.js';
import { Database, isId } from '../database/index.js';
import { forgetBroughtIn } from '../privacy/index.js';
import { type Actor, type Needed, Permissions } from '../staff/index.js';
import { Classifiers, effectsOf } from '../understanding/index.js';
import { NotBroughtIn } from './bringing-in.errors.js';
import { BroughtInRepository } from './brought-in.repository.js';

const needed: Needed = { scope: 'triage', role: 'librarian' };

/** Undoes a bringing in, at any time: the wrong thing was pasted. */
@Injectable()
export class TakingBack {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly desk: TriageDesk,
    private readonly classifiers: Classifiers,
    private readonly brought: BroughtInRepository,
  ) {}

  /**
   * The words go at once and for ever, with all that was made of them, wherever they are by now; then the conversation is hidden, and its place does not
   * count it. Where that was broken off in between, doing it again does the rest.
   * @throws PlatformError FORBIDDEN, NOT_FOUND
   */
  async takeBack(actor: Actor, conversationId: string): Promise<ConversationRow | NotBroughtIn> {
    this.permissions.requireKind(actor, needed);
    const seen = await this.database.as(actor.id, async (tx) => {
      const found = isId(conversationId) ? await this.brought.ofConversation(tx, conversationId) : undefined;
      if (found !== undefined) await this.permissions.require(tx, actor, found.libraryId, needed);
      return found;
    });
    if (seen !== undefined) await this.database.keeping((tx) => forgetBroughtIn(tx, conversationId, effectsOf(this.classifiers.list())));
    const done = await this.desk.act<NotBroughtIn | undefined>(actor, { conversationId }, async ({ tx, set, record }) => {
      const row = await this.brought.ofConversation(tx, conversationId, 'for update of b');
      if (row === undefined) return new NotBroughtIn();
      if (row.takenBackAt !== null) return undefined;
      await this.brought.takenBack(tx, row);
      set({ hidden_at: new Date(), waiting_on: null, waiting_since: null, until: null });
      record('taken-back');
      return undefined;
    });
    // No version was asked for, so none can have changed.
    return done as Exclude<typeof done, Changed>;
  }
}
