import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import type { Actor } from '../../staff/index.js';
import type { ConversationRow } from '../conversation.row.js';
import { TriageDesk } from '../triage-desk.js';
import { UnmetNeedsRepository } from './unmet-needs.repository.js';

/** What could not be given, and was there later: whoever asked for it is to hear of that. */
@Injectable()
export class UnmetNeeds {
  constructor(
    private readonly database: Database,
    private readonly desk: TriageDesk,
    private readonly needs: UnmetNeedsRepository,
  ) {}

  /**
   * It can be met now: the conversation comes back, open and waiting for us, once; also one that was hidden. Said again it changes nothing, also where the conversation was closed
   * since.
   * @throws PlatformError NOT_FOUND, FORBIDDEN
   */
  async meet(actor: Actor, id: string): Promise<ConversationRow> {
    const seen = await this.database.as(actor.id, (tx) => this.needs.find(tx, id));
    if (seen === undefined) throw new PlatformError('NOT_FOUND', 'There is no such need.', 'id');
    const done = await this.desk.act(actor, { conversationId: seen.conversationId }, async ({ tx, set, record }) => {
      const need = await this.needs.find(tx, id, 'for update');
      if (need === undefined) throw new PlatformError('NOT_FOUND', 'There is no such need.', 'id');
      if (need.metAt !== null) return undefined;
      await this.needs.meet(tx, need, actor.id);
      set({ state: 'open', waiting_on: 'us', waiting_since: new Date(), until: null, hidden_at: null });
      record('need-met', { outcome: id });
      return undefined;
    });
    // No version was asked for, so none can have changed.
    return done as ConversationRow;
  }
}
