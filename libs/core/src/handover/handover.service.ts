import { Injectable, Optional } from '@nestjs/common';
import {
  type AlreadyClaimed, Changed, type ConversationRow, NotAtThisLibrary, type TriageAct, TriageDesk, type TriageTarget, WrongState, claimOf, claimedByOther, peopleAt, requireStanding, writeNote,
} from '../conversations/index.js';
import { isId, newId, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { optionalWords, writtenId, writtenWords } from '../follows/index.js';
import { Notices } from '../notices/index.js';
import { holdReplies, recallReplies } from '../replies/index.js';
import type { Actor } from '../staff/index.js';
import { CannotTakeThread, NotHandedOver, ReplyOnItsWay } from './handover.errors.js';
import { type HeardAs, MayTake } from './may-take.js';

const longestNote = 20_000;

export type GivingError = Changed | WrongState | AlreadyClaimed | CannotTakeThread | ReplyOnItsWay | NotHandedOver;

interface Giving {
  readonly as: 'handed-over' | 'given-back';
  readonly words: string | null;
}

/** What was found out before the conversation was locked. */
interface Prepared {
  /** Which library; undefined: none handed it over. */
  readonly to: string | undefined;
  readonly postId: string | null;
  /** Undefined: it may not have it. */
  readonly heardAs: HeardAs | undefined;
  readonly replies: Awaited<ReturnType<typeof holdReplies>>;
}

/**
 * Work goes from one hand to another, with a note.
 *
 * A colleague is assigned it. Another library of the tree gets the thread: the claim moves in one transaction, the thread is heard there because it was
 * handed over, and of all that we made of it the note alone goes along, as a copy. Here it stays, unassigned, and waits for a colleague; what was
 * approved and had not left is a draft again.
 */
@Injectable()
export class HandoverService {
  constructor(
    private readonly desk: TriageDesk,
    private readonly mayTake: MayTake,
    @Optional() private readonly notices?: Notices,
  ) {}

  /** `noteId`, made by the client, makes it safe to send twice. @throws PlatformError FORBIDDEN, NOT_FOUND, BAD_INPUT */
  async toColleague(actor: Actor, target: TriageTarget & { readonly toPersonId: string; readonly note: string; readonly noteId?: string | undefined }): Promise<ConversationRow | Changed | WrongState | NotAtThisLibrary> {
    const [to, body] = [writtenId(target.toPersonId, 'toPersonId'), writtenWords(target.note, 'note', longestNote)];
    const id = target.noteId === undefined ? newId() : writtenId(target.noteId, 'noteId');
    return this.desk.act(actor, target, async (act) => {
      const { tx, conversation } = act;
      const wrong = requireStanding(conversation, 'assign');
      if (wrong !== undefined) return wrong;
      if (!(await peopleAt(tx, conversation.libraryId, [to], 'acting')).has(to)) return new NotAtThisLibrary([to], 'librarians and administrators');
      const note = await writeNote(tx, conversation, { id, author: actor.id, body, mentions: [] });
      // Sent a second time; by then somebody else may have it.
      if (note === undefined) return undefined;
      act.set({ assignee_id: to });
      act.record('handed-over', { from: conversation.assigneeId, to, note });
      if (to !== actor.id) await this.notices?.tell(tx, conversation.libraryId, { what: 'handed-over', key: `handed-over:${conversation.id}:${note}`, conversationId: conversation.id, by: actor.id, to });
      return undefined;
    });
  }

  /** @throws PlatformError FORBIDDEN, NOT_FOUND, BAD_INPUT */
  async toLibrary(actor: Actor, target: TriageTarget & { readonly toLibraryId: string; readonly note: string }): Promise<ConversationRow | GivingError> {
    const [to, words] = [writtenId(target.toLibraryId, 'toLibraryId'), writtenWords(target.note, 'note', longestNote)];
    return this.give(actor, target, { as: 'handed-over', words }, async (tx) => {
      const [known] = await tx.query('select 1 from library where id = $1', [to]);
      if (known === undefined) throw new PlatformError('NOT_FOUND', 'There is no such library.', 'toLibraryId');
      return to;
    });
  }

  /** To the library that handed it over to ours the last time. @throws PlatformError FORBIDDEN, NOT_FOUND, BAD_INPUT */
  async giveBack(actor: Actor, target: TriageTarget & { readonly note?: string | null | undefined }): Promise<ConversationRow | GivingError> {
    return this.give(actor, target, { as: 'given-back', words: optionalWords(target.note, 'note', longestNote) }, async (tx, { id, libraryId }) => {
      const [from] = await tx.query<{ id: string | null }>(`select h.routed_by ->> 'library' as id from hearing h where h.conversation_id = $1 and h.library_id = $2 and h.cause = 'handed-over'`, [id, libraryId]);
      return from?.id != null && isId(from.id) ? from.id : undefined;
    });
  }

  private give(actor: Actor, target: TriageTarget, giving: Giving, whereTo: (tx: Tx, conversation: ConversationRow) => Promise<string | undefined>): Promise<ConversationRow | GivingError> {
    let prepared: Prepared | undefined;
    return this.desk.act<GivingError | undefined>(actor, target, async (act) => {
      const { conversation } = act;
      const wrong = requireStanding(conversation, 'claim');
      if (wrong !== undefined) return wrong;
      if (prepared?.to === undefined) return new NotHandedOver();
      const { to, heardAs, replies } = prepared;
      if (to === conversation.libraryId) return new CannotTakeThread(to, 'It is with that library: choose another one, or assign it to a colleague.');
      // It grew meanwhile, and what was asked for was another post.
      if (prepared.postId !== conversation.topPostId) return new Changed(conversation.version);
      if (heardAs === undefined) return new CannotTakeThread(to);
      const underway = replies.find(({ state }) => state === 'sending' || state === 'unknown');
      if (underway !== undefined) return new ReplyOnItsWay(underway.id);
      const problem = await handOver(act, { ...giving, to, heardAs });
      if (problem === undefined) await recallReplies(act.tx, replies.map(({ id }) => id), { because: giving.as, by: actor.id });
      return problem;
    }, async (tx, conversation) => {
      const [to, postId] = [await whereTo(tx, conversation), conversation.topPostId];
      // Another connection is needed for this: nothing is locked yet that whoever has it could wait for.
      const heardAs = to === undefined || postId === null ? undefined : await this.mayTake.heardAs(postId, to);
      prepared = { to, postId, heardAs, replies: await holdReplies(tx, conversation) };
    });
  }
}

/** What is in the way, of which nothing is written then. */
const handOver = async (act: TriageAct, { to, heardAs, as, words }: Giving & { readonly to: string; readonly heardAs: HeardAs }): Promise<WrongState | AlreadyClaimed | CannotTakeThread | undefined> => {
  const { tx, actor, conversation } = act;
  const [there] = await tx.query<{ id: string; version: number }>('select id, version from hand_over_thread($1, $2, $3, $4, $5, $6, $7)', [conversation.id, to, newId(), newId(), words, heardAs, as]);
  if (there === undefined) {
    const ours = (await claimOf(act))?.libraryId === conversation.libraryId;
    return ours ? new WrongState('answered', 'who answered a thread keeps it.') : ((await claimedByOther(act)) ?? new CannotTakeThread(to));
  }
  const note = words === null ? undefined : await writeNote(tx, conversation, { id: newId(), author: actor.id, body: words, mentions: [] });
  // Nobody here has the next word any more.
  act.set({ assignee_id: null, waiting_on: 'colleague', waiting_since: null, until: null });
  act.record(as, { to, ...(note === undefined ? {} : { note }) });
  tx.hint({ kind: 'conversation', id: there.id, library: to, version: there.version });
  return undefined;
};
