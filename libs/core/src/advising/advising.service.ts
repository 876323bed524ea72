import { Injectable } from '@nestjs/common';
import type { ConversationRow } from '../conversations/index.js';
import { Database } from '../database/index.js';
import { writtenWords } from '../follows/index.js';
import { Jobs } from '../jobs/index.js';
import { type Actor, Audit, type Needed } from '../staff/index.js';
import { adviseJob } from './advise.job.js';
import { AdviceRepository } from './advice.repository.js';
import { NeedNotHeard, NobodyAdvises } from './advising.errors.js';
import { AdvisorAccounts } from './advisor-accounts.repository.js';
import { ConversationNeed } from './conversation-need.js';

export const mayAdvise: Needed = { scope: 'draft', role: 'librarian' };
export const longestNeed = 500;

/** Asks advisors what a library has on what somebody looks for. */
@Injectable()
export class AdvisingService {
  constructor(
    private readonly database: Database,
    private readonly needs: ConversationNeed,
    private readonly accounts: AdvisorAccounts,
    private readonly advice: AdviceRepository,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Asks all advisors of the conversation's library and of those above it, at once. What they find comes in by and by; each that comes, and
   * each that fails, is told by a hint.
   *
   * @param need in staff's words; undefined: as it was found in what was said.
   * @throws PlatformError NOT_FOUND where the actor does not see the conversation, FORBIDDEN, BAD_INPUT.
   */
  async ask(actor: Actor, conversationId: string, need: string | undefined): Promise<ConversationRow | NeedNotHeard | NobodyAdvises> {
    const words = need === undefined ? undefined : writtenWords(need, 'need', longestNeed);
    return this.database.as(actor.id, async (tx) => {
      const conversation = await this.needs.conversation(tx, actor, conversationId, mayAdvise);
      const asked = words === undefined ? await this.needs.heard(tx, conversation) : this.needs.said(words, conversation);
      if (asked instanceof NeedNotHeard) return asked;
      const accounts = await this.accounts.of(tx, conversation.libraryId);
      if (accounts.length === 0) return new NobodyAdvises();
      const { id, libraryId } = conversation;
      const ids = await this.advice.ask(tx, { libraryId, conversationId: id, askedBy: actor.id, need: asked, accounts: accounts.map((account) => account.id) });
      for (const adviceId of ids) await this.jobs.enqueue(tx, adviseJob, { adviceId }, { libraryId });
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'advice.asked', subjectKind: 'conversation', subjectId: id, detail: { advisors: accounts.length, said: words !== undefined } });
      tx.hint({ kind: 'suggestions', id, library: libraryId });
      return conversation;
    });
  }
}
