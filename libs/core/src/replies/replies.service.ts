import { type Clock, type Ref, isRemoteError } from '@earshot/plugin-sdk';
import { Database, type Tx, isId, newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenWords } from '../follows/index.js';
import { type Actor, Audit, type Needed, Permissions } from '../staff/index.js';
import { lengthOf } from './reply-length.js';
import { PostGoneError, type ReplyError, ReplyNotAllowed, ReplyTooLong, WrongReplyState } from './reply.errors.js';
import { type ReplyRow, type ReplyState, replyColumns } from './reply.row.js';
import { Senders } from './senders.js';

const mayDraft: Needed = { scope: 'draft', role: 'librarian' };
const mayApprove: Needed = { scope: 'draft', role: 'librarian', person: true };
const longest = 20_000;

interface Target { readonly libraryId: string; readonly conversationId: string; readonly ref: Ref; readonly gone: boolean }

/**
 * Replies on their way to approval; past that the {@link Outbox} has them.
 *
 * `draft` ─ submit ─▶ `in_review` ─ approve ─▶ `approved` ─ outbox ─▶ `sending` ─▶ `sent` | `failed` | `unknown`
 *
 * - approve also takes a `draft`; only a person approves, and for the very text that they read: the database holds to it.
 * - edit takes `draft`, `in_review`, `approved` and `failed` back to `draft`: an approval is for one text.
 * - withdraw takes any of these to `withdrawn`, from which nothing leads.
 * - decide ends `unknown`: `sent`, or `draft` again, to be approved anew.
 */
export class RepliesService {
  /** `undoMs`: how long after its approval a reply can still be taken back. */
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
    private readonly senders: Senders,
    private readonly options: { readonly undoMs: number },
    private readonly around: { readonly clock: Clock; readonly approved: () => void },
  ) {}

  /** @throws PlatformError NOT_FOUND, FORBIDDEN, BAD_INPUT */
  async draft(actor: Actor, wish: { readonly conversationId: string; readonly toPostId: string; readonly accountId: string; readonly text: string; readonly lang: string }): Promise<ReplyRow | ReplyError> {
    this.permissions.requireKind(actor, mayDraft);
    const text = writtenWords(wish.text, 'text', longest);
    const target = await this.database.as(actor.id, (tx) => this.target(tx, actor, wish));
    const problem = target.gone ? new PostGoneError() : await this.check(wish.accountId, target.ref, text);
    if (problem !== undefined) return problem;
    return this.database.as(actor.id, async (tx) => {
      const id = newId();
      await tx.query(
        `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, lang, drafted_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, target.libraryId, target.conversationId, wish.accountId, wish.toPostId, newId(), text, wish.lang, actor.id],
      );
      return this.record(tx, actor, await this.read(tx, id), 'drafted');
    });
  }

  async edit(actor: Actor, id: string, told: { readonly text: string; readonly lang?: string | undefined }): Promise<ReplyRow | ReplyError> {
    const text = writtenWords(told.text, 'text', longest);
    const before = await this.find(actor, id, mayDraft);
    const problem = await this.check(before.accountId, (await this.refOf(actor, before)).ref, text);
    if (problem !== undefined) return problem;
    return this.act(actor, id, mayDraft, ['draft', 'in_review', 'approved', 'failed'], 'It is on its way or done: write another.', async (tx, reply) => {
      await tx.query(
        `update reply set text = $2, lang = coalesce($3, lang), state = 'draft', approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null,
           failure_kind = null, failure_words = null, version = version + 1, changed_at = now() where id = $1 and library_id = $4`,
        [id, text, told.lang ?? null, reply.libraryId],
      );
      return reply.state === 'approved' ? 'approval-voided' : undefined;
    });
  }

  submit(actor: Actor, id: string): Promise<ReplyRow | ReplyError> {
    return this.act(actor, id, mayDraft, ['draft'], 'Only a draft can be submitted for review.', (tx, reply) => this.move(tx, reply, 'in_review'));
  }

  /** Only a person, and only for the text in the version that they read. */
  async approve(actor: Actor, id: string, version: number): Promise<ReplyRow | ReplyError> {
    const before = await this.find(actor, id, mayApprove);
    const target = await this.refOf(actor, before);
    const problem = target.gone ? new PostGoneError() : await this.check(before.accountId, target.ref, before.text);
    if (problem !== undefined) return problem;
    const result = await this.act(actor, id, mayApprove, ['draft', 'in_review'], 'It was approved already, or is on its way.', async (tx, reply) => {
      if (reply.version !== version) return new WrongReplyState(reply.state, 'It changed since you read it: read it again.');
      await tx.query(
        `update reply set state = 'approved', approved_by = $2, approved_kind = 'person', approved_text = text, approved_at = now(), due_at = $3, version = version + 1, changed_at = now()
         where id = $1 and library_id = $4`,
        [id, actor.id, new Date(this.around.clock.now() + this.options.undoMs), reply.libraryId],
      );
      tx.afterCommit(this.around.approved);
      return 'approved';
    });
    return result;
  }

  withdraw(actor: Actor, id: string): Promise<ReplyRow | ReplyError> {
    return this.act(actor, id, mayDraft, ['draft', 'in_review', 'approved', 'failed'], 'It is on its way or done, and cannot be taken back.', async (tx, reply) => {
      await this.move(tx, reply, 'withdrawn');
      return 'withdrawn';
    });
  }

  /** A person looked on the network and knows whether it arrived. */
  decide(actor: Actor, id: string, sent: boolean): Promise<ReplyRow | ReplyError> {
    return this.act(actor, id, mayApprove, ['unknown'], 'Its outcome is known.', async (tx, reply) => {
      await tx.query(
        sent
          ? `update reply set state = 'sent', sent_at = now(), sent_ref = '{"decided": true}', version = version + 1, changed_at = now() where id = $1 and library_id = $2`
          : `update reply set state = 'draft', approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null, key = $3, version = version + 1, changed_at = now()
             where id = $1 and library_id = $2`,
        sent ? [id, reply.libraryId] : [id, reply.libraryId, newId()],
      );
      return sent ? 'sent' : 'send-failed';
    });
  }

  private async act(
    actor: Actor, id: string, needed: Needed, from: readonly ReplyState[], cure: string, work: (tx: Tx, reply: ReplyRow) => Promise<string | WrongReplyState | undefined | void>,
  ): Promise<ReplyRow | ReplyError> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      const reply = await this.read(tx, id, 'for update');
      await this.permissions.require(tx, actor, reply.libraryId, needed);
      if (!from.includes(reply.state)) return new WrongReplyState(reply.state, cure);
      const done = await work(tx, reply);
      if (done instanceof WrongReplyState) return done;
      return this.record(tx, actor, await this.read(tx, id), typeof done === 'string' ? done : undefined);
    });
  }

  private async move(tx: Tx, reply: ReplyRow, to: ReplyState): Promise<void> {
    await tx.query('update reply set state = $3, version = version + 1, changed_at = now() where id = $1 and library_id = $2', [reply.id, reply.libraryId, to]);
  }

  private async record(tx: Tx, actor: Actor, reply: ReplyRow, kind: string | undefined): Promise<ReplyRow> {
    if (kind !== undefined)
      await tx.query('insert into timeline(id, library_id, conversation_id, kind, actor_id, detail) values ($1, $2, $3, $4, $5, $6)', [
        newId(), reply.libraryId, reply.conversationId, kind, actor.id, JSON.stringify({ reply: reply.id }),
      ]);
    await this.audit.record(tx, { libraryId: reply.libraryId, actorId: actor.id, action: `reply.${reply.state}`, subjectKind: 'reply', subjectId: reply.id, detail: { version: reply.version } });
    tx.hint({ kind: 'reply', id: reply.id, library: reply.libraryId, version: reply.version });
    return reply;
  }

  private async read(tx: Tx, id: string, lock: '' | 'for update' = ''): Promise<ReplyRow> {
    const [row] = isId(id) ? await tx.query<ReplyRow>(`select ${replyColumns} from reply r where r.id = $1 and r.library_id in (select scope()) ${lock}`, [id]) : [];
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such reply.', 'id');
    return row;
  }

  private find(actor: Actor, id: string, needed: Needed): Promise<ReplyRow> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      const reply = await this.read(tx, id);
      await this.permissions.require(tx, actor, reply.libraryId, needed);
      return reply;
    });
  }

  private refOf(actor: Actor, reply: ReplyRow): Promise<Target> {
    return this.database.as(actor.id, (tx) => this.target(tx, actor, reply));
  }

  /** The post that is replied to, as the actor's library hears it, and the account, as far as it may use it. */
  private async target(tx: Tx, actor: Actor, wish: { readonly conversationId: string; readonly toPostId: string; readonly accountId: string }): Promise<Target> {
    const ids = [wish.conversationId, wish.toPostId, wish.accountId];
    const [row] = ids.every(isId)
      ? await tx.query<{ library_id: string; conversation_id: string; network: string; remote_id: string; gone: boolean }>(
          `select p.library_id, p.conversation_id, p.network, p.remote_id, p.gone_at is not null as gone from heard_post p
           where p.conversation_id = $1 and p.id = $2 and exists (select 1 from account a where a.id = $3 and a.removed_at is null and a.state = 'on')`,
          ids,
        )
      : [];
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such post in this conversation, or no such account of your library.');
    await this.permissions.require(tx, actor, row.library_id, mayDraft);
    return { libraryId: row.library_id, conversationId: row.conversation_id, ref: { network: row.network, id: row.remote_id }, gone: row.gone };
  }

  /** Asks the network: may we, and is it short enough? Outside of any transaction, since a network takes its time. */
  private async check(accountId: string, to: Ref, text: string): Promise<ReplyError | undefined> {
    try {
      const sender = await this.senders.forAccount(accountId);
      if (sender === undefined) return new ReplyNotAllowed('This account can listen and not answer.');
      const { reply, because, length } = await sender.abilities(to);
      if (reply !== 'yes') return new ReplyNotAllowed(because ?? (reply === 'by-hand' ? 'This network wants replies written by hand, on its own page.' : 'The network allows no reply to this post.'));
      const counted = lengthOf(text, length);
      return counted > length.limit ? new ReplyTooLong(counted, length.limit) : undefined;
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      return new ReplyNotAllowed(error.message);
    }
  }
}
