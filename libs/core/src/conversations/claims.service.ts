import { Injectable } from '@nestjs/common';
import type { Actor } from '../staff/index.js';
import type { ConversationRow } from './conversation.row.js';
import type { ClaimRow } from './handling.row.js';
import { requireStanding } from './standing.js';
import { TriageDesk, type TriageAct, type TriageTarget } from './triage-desk.js';
import { AlreadyClaimed, WrongState, type Changed } from './triage.errors.js';

/**
 * Which library answers a thread: at most one of all that hear it. unclaimed ──claim──▶ claimed ──release──▶ unclaimed;
 * once it has answered, a claim stays.
 */
@Injectable()
export class ClaimsService {
  constructor(private readonly desk: TriageDesk) {}

  /** "We take it." Of two libraries at once, one gets it and the other {@link AlreadyClaimed}. */
  claim(actor: Actor, target: TriageTarget): Promise<ConversationRow | Changed | WrongState | AlreadyClaimed> {
    return this.desk.act(actor, target, async (act) => {
      const { tx, conversation } = act;
      const wrong = requireStanding(conversation, 'claim');
      if (wrong !== undefined) return wrong;
      const taken = await tx.query('insert into thread_claim(thread_id, library_id, claimed_by) values ($1, $2, $3) on conflict do nothing returning thread_id', [
        conversation.threadId, conversation.libraryId, actor.id,
      ]);
      if (taken.length === 0) return claimedByOther(act);
      act.record('claimed');
      return undefined;
    });
  }

  release(actor: Actor, target: TriageTarget): Promise<ConversationRow | Changed | WrongState | AlreadyClaimed> {
    return this.desk.act(actor, target, async (act) => {
      const { tx, conversation } = act;
      const given = await tx.query('delete from thread_claim where thread_id = $1 and library_id = $2 and answered_at is null returning thread_id', [conversation.threadId, conversation.libraryId]);
      if (given.length > 0) {
        act.record('released');
        return undefined;
      }
      const claim = await claimOf(act);
      if (claim?.libraryId === conversation.libraryId) return new WrongState('answered', 'who answered a thread keeps it.');
      return claim === undefined ? undefined : claimedByOther(act);
    });
  }
}

type Named = Pick<ClaimRow, 'libraryId' | 'claimedAt' | 'answeredAt'> & { readonly libraryName: string | null };

/** Who has the thread, as far as the actor may know the library. */
export const claimOf = async ({ tx, conversation }: TriageAct): Promise<Named | undefined> => {
  const [claim] = await tx.query<Named>(
    `select t.library_id as "libraryId", t.claimed_at as "claimedAt", t.answered_at as "answeredAt", l.name as "libraryName" from thread_claim t left join library l on l.id = t.library_id where t.thread_id = $1`,
    [conversation.threadId],
  );
  return claim;
};

/** Nothing where the claim is our own, or was released a moment ago. */
export const claimedByOther = async (act: TriageAct): Promise<AlreadyClaimed | undefined> => {
  const claim = await claimOf(act);
  if (claim === undefined || claim.libraryId === act.conversation.libraryId) return undefined;
  return new AlreadyClaimed({ libraryId: claim.libraryId, libraryName: claim.libraryName ?? 'A library of another consortium', since: claim.claimedAt });
};
