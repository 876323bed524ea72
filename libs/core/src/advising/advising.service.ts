import { Injectable } from '@nestjs/common';
import type { ConversationRow } from '../conversations/index.js';
import { Database, type Tx } from '../database/index.js';
import { writtenWords } from '../follows/index.js';
import { Jobs } from '../jobs/index.js';
import { type Actor, Audit, type Needed } from '../staff/index.js';
import { adviseJob } from './advise.job.js';
import { AdviceRepository, type AskedNeed } from './advice.repository.js';
import { NeedNotHeard } from './advising.errors.js';
import type { AskedOf } from './advice.row.js';
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
   * Asks all advisors of the conversation's library and of those above it, and those of the house, at once; who asks back only where the need is unclear, and alone where nothing was found that says it. What they find comes in by and by; each that comes, and
   * each that fails, is told by a hint.
   *
   * @param need in staff's words; undefined: as it was found in what was said.
   * @throws PlatformError NOT_FOUND where the actor does not see the conversation, FORBIDDEN, BAD_INPUT.
   */
  async ask(actor: Actor, conversationId: string, need: string | undefined): Promise<ConversationRow | NeedNotHeard> {
    const words = need === undefined ? undefined : writtenWords(need, 'need', longestNeed);
    return this.database.as(actor.id, async (tx) => {
      const conversation = await this.needs.conversation(tx, actor, conversationId, mayAdvise);
      const asked = words === undefined ? await this.needs.heard(tx, conversation) : this.needs.said(words, conversation);
      if (asked instanceof NeedNotHeard) return asked;
      const advisors = await this.advisorsFor(tx, conversation.libraryId, asked);
      const { id, libraryId } = conversation;
      const ids = await this.advice.ask(tx, { libraryId, conversationId: id, askedBy: actor.id, need: asked, advisors });
      for (const adviceId of ids) await this.jobs.enqueue(tx, adviseJob, { adviceId }, { libraryId });
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'advice.asked', subjectKind: 'conversation', subjectId: id, detail: { advisors: advisors.length, said: words !== undefined } });
      tx.hint({ kind: 'suggestions', id, library: libraryId });
      return conversation;
    });
  }

  private async advisorsFor(tx: Tx, libraryId: string, { restated, unclear }: AskedNeed): Promise<readonly AskedOf[]> {
    const back: readonly AskedOf[] = unclear ? [{ accountId: null, house: 'interview' }] : [];
    if (restated === '') return back;
    const accounts = await this.accounts.of(tx, libraryId);
    return [...accounts.map(({ id }): AskedOf => ({ accountId: id, house: null })), { accountId: null, house: 'saved-answers' }, ...back];
  }
}
