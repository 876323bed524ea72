import { type Attempt, type Clock, type Ref, isRemoteError } from '@earshot/plugin-sdk';
import { Database, type Tx, newId } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { Senders, type Sender, SentPosts } from './senders.js';

/** What was taken out of the outbox, leased to this process. */
interface Taken {
  readonly id: string;
  readonly library_id: string;
  readonly conversation_id: string;
  readonly account_id: string;
  readonly to_post_id: string;
  readonly key: string;
  readonly text: string;
  readonly lang: string;
  readonly tries: number;
  readonly first_tried_at: Date;
  readonly network: string;
  readonly remote_id: string;
  readonly gone: boolean;
  /** It was being sent when whoever sent it died: nobody knows whether it left. */
  readonly interrupted: boolean;
}

type Result =
  | { readonly kind: 'sent'; readonly ref: Ref }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'again'; readonly at: Date; readonly words: string }
  | { readonly kind: 'ask-again'; readonly at: Date }
  | { readonly kind: 'unknown' };

const batch = 20;
/** Longer than a send and a find may take together: a reply is not taken from a process that is still at it. */
const leaseMs = 300_000;
const mostTries = 5;
const firstBackOffMs = 15_000;
/** How long it sleeps at most: another process may have approved something. */
const longestSleepMs = 2_000;

/**
 * Sends approved replies, each at most once.
 *
 * `approved` ─ taken under a lease, committed before the network is called ─▶ `sending` ─▶ `sent` | `failed` | back to `approved` where nothing can have left.
 * Where it cannot be known whether something left (`outcome-unknown`, a fault of the plugin, a process that died), the responder is asked to find it
 * by its key: found is `sent`, absent goes again under the same key, and where the network cannot tell, the reply is `unknown` and a person decides.
 */
export class Outbox {
  private cancel: () => void = () => {};
  private working: Promise<void> = Promise.resolve();
  private state: 'stopped' | 'running' = 'stopped';

  constructor(
    private readonly database: Database,
    private readonly senders: Senders,
    private readonly sentPosts: SentPosts,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  start(): void {
    if (this.state === 'running') return;
    this.state = 'running';
    this.wake();
  }

  /** Something became due, or may have: look now. */
  wake(): void {
    if (this.state !== 'running') return;
    this.cancel();
    this.cancel = () => {};
    this.working = this.working.then(() => this.round()).catch((error: unknown) => this.log.error('The outbox could not work', error)).then(() => this.sleep());
  }

  /** Finishes what it is sending, and takes nothing more. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    this.cancel();
    await this.working;
  }

  /** Sends all that is due now; answers how many there were. */
  async round(): Promise<number> {
    const due = await this.database.beforeJob<{ reply_id: string; actor_id: string }>('select reply_id, actor_id from due_replies($1, $2)', [this.now(), batch]);
    let sent = 0;
    for (const { reply_id: id, actor_id: actor } of due) {
      const taken = await this.take(actor, id);
      if (taken === undefined) continue;
      sent++;
      await this.settle(actor, taken, await this.deliver(taken));
    }
    return sent;
  }

  private async sleep(): Promise<void> {
    if (this.state !== 'running') return;
    const [next] = await this.database.beforeJob<{ at: Date | null }>('select next_reply_due() as at').catch(() => [{ at: null }]);
    const ms = next?.at ? Math.min(longestSleepMs, Math.max(0, next.at.getTime() - this.clock.now())) : longestSleepMs;
    this.cancel = this.clock.after(Math.max(ms, 20), () => this.wake());
  }

  /** Committed before the network is called: whoever finds it afterwards knows that it may have left. */
  private take(actor: string, id: string): Promise<Taken | undefined> {
    return this.database.working(actor, async (tx) => {
      const [row] = await tx.query<Omit<Taken, 'first_tried_at'> & { first_tried_at: Date | null }>(
        `select r.id, r.library_id, r.conversation_id, r.account_id, r.to_post_id, r.key, r.text, r.lang, r.tries, r.first_tried_at, r.state = 'sending' as interrupted,
           p.network, p.remote_id, p.gone_at is not null as gone
         from reply r join heard_post p on p.id = r.to_post_id and p.library_id = r.library_id
         where r.id = $1 and ((r.state = 'approved' and r.due_at <= $2) or (r.state = 'sending' and r.lease_until <= $2)) for update of r skip locked`,
        [id, this.now()],
      );
      if (row === undefined) return undefined;
      const firstTriedAt = row.first_tried_at ?? this.now();
      await tx.query(`update reply set state = 'sending', lease_until = $2, first_tried_at = $3, tries = tries + 1, version = version + 1, changed_at = now() where id = $1`, [
        id, new Date(this.clock.now() + leaseMs), firstTriedAt,
      ]);
      tx.hint({ kind: 'reply', id, library: row.library_id });
      return { ...row, tries: row.tries + 1, first_tried_at: firstTriedAt };
    });
  }

  private async deliver(taken: Taken): Promise<Result> {
    const attempt: Attempt = {
      key: taken.key, part: 0, text: taken.text, to: { network: taken.network, id: taken.remote_id }, lang: taken.lang, firstTriedAt: taken.first_tried_at,
    };
    let sender: Sender | undefined;
    try {
      sender = await this.senders.forAccount(taken.account_id);
    } catch (error) {
      // Nothing was called: nothing can have left by this try, and an earlier one is asked for below when the account can be used again.
      return taken.interrupted ? { kind: 'ask-again', at: this.backOff(taken) } : this.again(taken, wordsOf(error));
    }
    if (sender === undefined) return { kind: 'failed', words: 'This account can no longer answer.' };
    if (taken.interrupted) return this.look(sender, taken, attempt);
    if (taken.gone) return { kind: 'failed', words: 'The post is gone, so there is nothing to reply to.' };
    try {
      return { kind: 'sent', ref: await sender.send(attempt) };
    } catch (error) {
      return this.afterFailure(sender, taken, attempt, error);
    }
  }

  private async afterFailure(sender: Sender, taken: Taken, attempt: Attempt, error: unknown): Promise<Result> {
    if (!isRemoteError(error)) return this.look(sender, taken, attempt);
    switch (error.kind) {
      case 'rejected':
        return { kind: 'failed', words: error.message };
      case 'rate-limited':
        return { kind: 'again', at: error.facts.retryAfter ?? this.backOff(taken), words: error.message };
      // The contract: `unreachable` is said only where nothing can have left.
      case 'unreachable':
      case 'auth':
        return this.again(taken, error.message);
      case 'invalid-data':
      case 'cursor-lost':
      case 'outcome-unknown':
        return this.look(sender, taken, attempt);
    }
  }

  private async look(sender: Sender, taken: Taken, attempt: Attempt): Promise<Result> {
    try {
      const found = await sender.find(attempt);
      if (found === 'absent') return this.again(taken, 'The network did not take it; it goes again.');
      return found === 'cannot-tell' ? { kind: 'unknown' } : { kind: 'sent', ref: found };
    } catch {
      return taken.tries >= mostTries ? { kind: 'unknown' } : { kind: 'ask-again', at: this.backOff(taken) };
    }
  }

  private again(taken: Taken, words: string): Result {
    return taken.tries >= mostTries ? { kind: 'failed', words } : { kind: 'again', at: this.backOff(taken), words };
  }

  private backOff({ tries }: Taken): Date {
    return new Date(this.clock.now() + firstBackOffMs * 2 ** (tries - 1));
  }

  private async settle(actor: string, taken: Taken, result: Result): Promise<void> {
    await this.database.working(actor, async (tx) => {
      const done = async (set: string, values: readonly unknown[]): Promise<boolean> =>
        (await tx.query(`update reply set ${set}, version = version + 1, changed_at = now() where id = $1 and state = 'sending' returning id`, [taken.id, ...values])).length > 0;
      switch (result.kind) {
        case 'sent':
          if (!(await done(`state = 'sent', sent_at = $2, sent_ref = $3, lease_until = null, failure_kind = null, failure_words = null`, [this.now(), JSON.stringify(result.ref)]))) return;
          await this.answered(tx, taken);
          tx.afterCommit(() => this.sentPosts.noteSent(result.ref, taken.to_post_id, taken.account_id));
          break;
        case 'failed':
          await done(`state = 'failed', lease_until = null, failure_words = $2`, [result.words]);
          await this.tell(tx, taken, 'send-failed');
          break;
        case 'unknown':
          await done(`state = 'unknown', lease_until = null, failure_words = 'The network cannot tell whether it arrived: look there, and say.'`, []);
          await this.tell(tx, taken, 'send-unknown');
          break;
        case 'again':
          await done(`state = 'approved', due_at = $2, lease_until = null, failure_words = $3`, [result.at, result.words]);
          break;
        case 'ask-again':
          await done(`lease_until = $2`, [result.at]);
      }
      tx.hint({ kind: 'reply', id: taken.id, library: taken.library_id });
    });
  }

  private async answered(tx: Tx, { conversation_id: conversation, library_id: library, id }: Taken): Promise<void> {
    await this.tell(tx, { conversation_id: conversation, library_id: library, id }, 'sent');
    const [row] = await tx.query<{ thread_id: string; version: number; approved_by: string }>(
      `update conversation c set state = 'answered', waiting_on = 'author', waiting_since = null, until = null where c.id = $1 and c.library_id = $2
       returning c.thread_id, c.version, (select approved_by from reply where id = $3) as approved_by`,
      [conversation, library, id],
    );
    if (row === undefined) return;
    await tx.query(
      `insert into thread_claim(thread_id, library_id, claimed_by, answered_at) values ($1, $2, $3, $4) on conflict (thread_id) do update set answered_at = excluded.answered_at where thread_claim.library_id = $2`,
      [row.thread_id, library, row.approved_by, this.now()],
    );
    tx.hint({ kind: 'conversation', id: conversation, library, version: row.version });
  }

  private async tell(tx: Tx, { conversation_id: conversation, library_id: library, id }: Pick<Taken, 'conversation_id' | 'library_id' | 'id'>, kind: string): Promise<void> {
    await tx.query('insert into timeline(id, library_id, conversation_id, kind, detail) values ($1, $2, $3, $4, $5)', [newId(), library, conversation, kind, JSON.stringify({ reply: id })]);
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

const wordsOf = (error: unknown): string => (isRemoteError(error) ? error.message : 'The account cannot be used now.');
