import { AttachmentsRepository } from '../attachments/index.js';
import type { TimelineKind } from '../conversations/index.js';
import type { Database, Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor, Audit, Needed, Permissions } from '../staff/index.js';
import type { Attached, NetworkProblem, ReplyChecks } from './checks/reply-checks.js';
import type { PartsRepository } from './parts.repository.js';
import type { RepliesRepository, ReplyTarget, TargetWish } from './replies.repository.js';
import { type ReplyAct, becomesOfPart, isLegal, standingOf } from './reply-lifecycle.js';
import type { ReplyError } from './reply-error.js';
import { WrongReplyState } from './reply.errors.js';
import type { ReplyRow } from './reply.row.js';

export const mayDraft: Needed = { scope: 'draft', role: 'librarian' };
/** A person answers for it. */
export const mayApprove: Needed = { ...mayDraft, person: true };

/** What is done with all parts of an answer that were not sent, at the first of them. */
const ofTheWhole: readonly ReplyAct[] = ['submit', 'approve', 'take-back', 'write-by-hand'];

interface Step {
  /** First of all in the transaction. */
  readonly before?: (tx: Tx) => Promise<void>;
  readonly act: ReplyAct;
  readonly needed: Needed;
  /** Within the transaction, with the reply locked and the act legal. @returns what the timeline tells of it, or what is in the way. */
  readonly work: (tx: Tx, reply: ReplyRow) => Promise<TimelineKind | ReplyError | undefined>;
}

/**
 * Where staff act on a reply. An act is one transaction: the reply is found and locked, the actor's right and the reply's state are checked, the
 * act does its own, and timeline, audit log and hints follow. An act that finds something in its way leaves no trace.
 *
 * The parts of one answer that were not sent are drafts together, in review together, or withdrawn with the first of them: nothing of it leaves but as
 * somebody read all of it.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not.
 */
export class ReplyDesk {
  private readonly attachments = new AttachmentsRepository();

  constructor(
    private readonly database: Database,
    private readonly replies: RepliesRepository,
    private readonly parts: PartsRepository,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
    private readonly checks: ReplyChecks,
  ) {}

  step(actor: Actor, id: string, { act, needed, work, before }: Step): Promise<ReplyRow | ReplyError> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      await before?.(tx);
      // Row-level security lets an observer not lock it, which would look as if it were not there: their role is asked for first.
      await this.permissions.require(tx, actor, (await this.read(tx, id)).libraryId, needed);
      await this.replies.lockAll(tx, [id]);
      const reply = await this.read(tx, id);
      if (!isLegal(act, reply.state)) return new WrongReplyState(reply.state, standingOf[reply.state]);
      const previous = await this.parts.before(tx, reply);
      const follows = previous !== undefined && previous.state !== 'sent';
      if (follows && ofTheWhole.includes(act)) return new WrongReplyState(reply.state, 'This is a further part of an answer, and goes with the part before it: do that there.');
      const done = await work(tx, reply);
      if (typeof done === 'object') return done;
      const now = await this.read(tx, id);
      await this.keepTogether(tx, actor, now, { act, isFirst: !follows });
      return this.record(tx, actor, now, done);
    });
  }

  /** The other parts of the same answer, after an act on one: in the state of this one, as far as they were not sent. */
  private async keepTogether(tx: Tx, actor: Actor, reply: ReplyRow, { act, isFirst }: { readonly act: ReplyAct; readonly isFirst: boolean }): Promise<void> {
    for (const other of await this.parts.unsent(tx, reply)) {
      const becomes = becomesOfPart({ act, state: reply.state, isFirst }, other.state);
      if (becomes === undefined) continue;
      if (becomes === 'draft') await this.replies.redraft(tx, other);
      else if (becomes === 'read-again') await this.parts.step(tx, other);
      else await this.replies.move(tx, other, becomes);
      await this.recordPart(tx, actor, other.id);
    }
  }

  /** As the actor, with their right at whichever library the reply is of. */
  seen<T>(actor: Actor, id: string, needed: Needed, work: (tx: Tx, reply: ReplyRow) => Promise<T>): Promise<T> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      const reply = await this.read(tx, id);
      await this.permissions.require(tx, actor, reply.libraryId, needed);
      return work(tx, reply);
    });
  }

  /** What speaks against an act that needs the network's word, which is asked outside of any transaction; the act itself is checked again under the lock. */
  async problemBefore(actor: Actor, id: string, act: ReplyAct, needed: Needed, text?: string): Promise<{ readonly reply: ReplyRow; readonly problem: NetworkProblem | WrongReplyState | undefined; readonly attached: Attached }> {
    const { reply, attached } = await this.seen(actor, id, needed, async (tx, found) => ({
      reply: found, attached: { accountId: found.accountId, towards: await this.replies.towards(tx, found), images: await this.attachments.ofReplies(tx, [found.id]) },
    }));
    const problem = isLegal(act, reply.state) ? await this.checks.ofNetwork(reply.accountId, attached.towards, text ?? reply.text, attached.images.length) : new WrongReplyState(reply.state, standingOf[reply.state]);
    return { reply, problem, attached };
  }

  target(actor: Actor, wish: TargetWish, needed = mayDraft): Promise<ReplyTarget> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, (tx) => this.targetIn(tx, actor, wish));
  }

  /** `work` in a transaction in which the target is there still: meanwhile the conversation may have been merged into another, or the actor have lost their role. */
  atTarget(actor: Actor, wish: TargetWish, work: (tx: Tx, target: ReplyTarget) => Promise<ReplyRow>): Promise<ReplyRow> {
    return this.database.as(actor.id, async (tx) => work(tx, await this.targetIn(tx, actor, wish)));
  }

  /** `work` in a transaction in which the actor may draft at this library, and the account speak for it. */
  speakingFor<T>(actor: Actor, { libraryId, accountId }: { readonly libraryId: string; readonly accountId: string }, work: (tx: Tx) => Promise<T>): Promise<T> {
    this.permissions.requireKind(actor, mayDraft);
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, mayDraft);
      if (!(await this.replies.speaksFor(tx, { libraryId, accountId }))) throw new PlatformError('NOT_FOUND', 'There is no such account of this library, or it is off.', 'accountId');
      return work(tx);
    });
  }

  /** As any reader finds it, whatever they may do. */
  targetNow(actor: Actor, wish: TargetWish): Promise<ReplyTarget | undefined> {
    return this.database.as(actor.id, (tx) => this.replies.target(tx, wish));
  }

  async record(tx: Tx, actor: Actor, reply: ReplyRow, kind: TimelineKind | undefined): Promise<ReplyRow> {
    await this.replies.tell(tx, reply, kind, actor.id);
    await this.audit.record(tx, { libraryId: reply.libraryId, actorId: actor.id, action: `reply.${reply.state}`, subjectKind: 'reply', subjectId: reply.id, detail: { version: reply.version } });
    tx.hint({ kind: 'reply', id: reply.id, library: reply.libraryId, version: reply.version });
    return reply;
  }

  /** A further part, of which the timeline tells nothing by itself. */
  async recordPart(tx: Tx, actor: Actor, id: string): Promise<void> {
    await this.record(tx, actor, await this.read(tx, id), undefined);
  }

  async read(tx: Tx, id: string): Promise<ReplyRow> {
    const row = await this.replies.find(tx, id);
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such reply.', 'id');
    return row;
  }

  private async targetIn(tx: Tx, actor: Actor, wish: TargetWish): Promise<ReplyTarget> {
    const target = await this.replies.target(tx, wish);
    if (target === undefined) throw new PlatformError('NOT_FOUND', 'There is no such post in this conversation, or no such account of its library.');
    await this.permissions.require(tx, actor, target.libraryId, mayDraft);
    return target;
  }
}
