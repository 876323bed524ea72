import { Injectable, Optional } from '@nestjs/common';
import type { Actor } from '../staff/index.js';
import { Notices } from '../notices/index.js';
import { PlatformError } from '../errors/index.js';
import { optionalWords, writtenChoice, writtenId } from '../follows/index.js';
import { waitingParties, type ConversationRow } from './conversation.row.js';
import { outcomeKinds } from './handling.row.js';
import { newId } from '../database/index.js';
import { TriageDesk, type TriageAct, type TriageTarget } from './triage-desk.js';
import { peopleAt } from './people-at.js';
import { requireStanding } from './standing.js';
import { NotAtThisLibrary, type Changed, type WrongState } from './triage.errors.js';

const longestSnooze = 366 * 86_400_000;

/**
 * How a conversation goes through a library's hands.
 *
 *     open ──(a reply was sent)──▶ answered        open, answered ──close──▶ closed
 *     answered, closed ──reopen──▶ open             begun ──(somebody else speaks)──▶ open
 *
 * Two things lie over the state and leave it as it is: *hidden* (hide, show), in which nothing but show, notes, tags and marks is done, and
 * *snoozed*, which ends by itself at its time. Only what is open or answered is snoozed, claimed and closed, and what is begun is assigned as they are;
 * `standing.ts` holds the table.
 *
 * Every act may be repeated: asking for what already is changes nothing and answers with the conversation.
 */
@Injectable()
export class TriageService {
  constructor(private readonly desk: TriageDesk, @Optional() private readonly notices?: Notices) {}

  /** Gives it to a librarian or administrator of its library; null takes it from whoever has it. */
  assign(actor: Actor, target: TriageTarget & { readonly assigneeId: string | null }): Promise<ConversationRow | Changed | WrongState | NotAtThisLibrary> {
    const to = target.assigneeId === null ? null : writtenId(target.assigneeId, 'assigneeId');
    return this.desk.act(actor, target, async (act) => {
      if (act.conversation.assigneeId === to) return undefined;
      const wrong = requireStanding(act.conversation, 'assign');
      if (wrong !== undefined) return wrong;
      if (to !== null && !(await peopleAt(act.tx, act.conversation.libraryId, [to], 'acting')).has(to)) return new NotAtThisLibrary([to], 'librarians and administrators');
      act.set({ assignee_id: to });
      act.record('assigned', { from: act.conversation.assigneeId, to });
      if (to !== null && to !== actor.id)
        await this.notices?.tell(act.tx, act.conversation.libraryId, { what: 'assigned', key: `assigned:${act.conversation.id}:${act.conversation.version + 1}`, conversationId: act.conversation.id, by: actor.id, to });
      return undefined;
    });
  }

  /** Out of the lists until then, for a year at most; null wakes it now. `waitingOn` says whom it waits for. */
  snooze(actor: Actor, target: TriageTarget & { readonly until: Date | null; readonly waitingOn?: string | null | undefined }): Promise<ConversationRow | Changed | WrongState> {
    const until = target.until;
    const waitingOn = target.waitingOn == null ? null : writtenChoice(target.waitingOn, waitingParties, 'waitingOn');
    if (until !== null) {
      const ahead = until.getTime() - Date.now();
      if (!(ahead > 0 && ahead <= longestSnooze)) throw new PlatformError('BAD_INPUT', 'until must lie ahead, by a year at most.', 'until');
    }
    return this.desk.act(actor, target, async (act) => {
      if ((act.conversation.snoozedUntil?.getTime() ?? null) === (until?.getTime() ?? null)) return undefined;
      const wrong = requireStanding(act.conversation, 'snooze');
      if (wrong !== undefined) return wrong;
      act.set({ until, ...(waitingOn === null ? {} : { waiting_on: waitingOn }) });
      act.record('snoozed', { until: until?.toISOString() ?? null, waitingOn });
      return undefined;
    });
  }

  /** Ends it with what came of it. `not-for-us` gives the thread back to other libraries, unless we answered it already. */
  close(actor: Actor, target: TriageTarget & { readonly outcome: string; readonly unmetNeed?: string | null | undefined }): Promise<ConversationRow | Changed | WrongState> {
    const outcome = writtenChoice(target.outcome, outcomeKinds, 'outcome');
    const unmetNeed = optionalWords(target.unmetNeed, 'unmetNeed', 500);
    return this.desk.act(actor, target, async (act) => {
      const { tx, conversation } = act;
      if (conversation.state === 'closed' && conversation.hiddenAt === null && (await lastOutcome(act)) === outcome) return undefined;
      const wrong = requireStanding(conversation, 'close');
      if (wrong !== undefined) return wrong;
      await tx.query('insert into outcome(id, library_id, conversation_id, kind, unmet_need, by_actor) values ($1, $2, $3, $4, $5, $6)', [
        newId(), conversation.libraryId, conversation.id, outcome, unmetNeed, actor.id,
      ]);
      act.set({ state: 'closed', waiting_on: null, waiting_since: null, until: null });
      act.record('closed', { outcome });
      if (outcome === 'not-for-us') {
        const given = await tx.query('delete from thread_claim where thread_id = $1 and library_id = $2 and answered_at is null returning thread_id', [conversation.threadId, conversation.libraryId]);
        if (given.length > 0) act.record('released');
      }
      return undefined;
    });
  }

  /** Back on the desk; whoever spoke last waits again, since then. */
  reopen(actor: Actor, target: TriageTarget): Promise<ConversationRow | Changed | WrongState> {
    return this.desk.act(actor, target, async (act) => {
      const { conversation } = act;
      if (conversation.state === 'open' && conversation.hiddenAt === null) return undefined;
      const wrong = requireStanding(conversation, 'reopen');
      if (wrong !== undefined) return wrong;
      act.set({ state: 'open', waiting_on: 'us', waiting_since: conversation.waitingSince ?? conversation.lastPostAt });
      act.record('reopened');
      return undefined;
    });
  }

  /** Out of every list but that of the hidden. */
  hide(actor: Actor, target: TriageTarget): Promise<ConversationRow | Changed> {
    return this.desk.act(actor, target, async (act) => {
      if (act.conversation.hiddenAt !== null) return undefined;
      act.set({ hidden_at: new Date() });
      act.record('hidden');
      return undefined;
    });
  }

  show(actor: Actor, target: TriageTarget): Promise<ConversationRow | Changed> {
    return this.desk.act(actor, target, async (act) => {
      if (act.conversation.hiddenAt === null) return undefined;
      act.set({ hidden_at: null });
      act.record('shown');
      return undefined;
    });
  }
}

const lastOutcome = async ({ tx, conversation }: TriageAct): Promise<string | undefined> => {
  const [last] = await tx.query<{ kind: string }>('select kind from outcome where conversation_id = $1 and library_id = $2 order by at desc, id desc limit 1', [conversation.id, conversation.libraryId]);
  return last?.kind;
};
