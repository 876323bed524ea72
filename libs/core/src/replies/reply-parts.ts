import type { Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import type { PartsRepository } from './parts.repository.js';
import type { RepliesRepository } from './replies.repository.js';
import { mostParts } from './reply-cut.js';
import { type ReplyDesk, mayDraft } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import { ReplyByHand, WrongReplyState } from './reply.errors.js';
import type { ReplyRow } from './reply.row.js';
import { writtenText } from './written.js';

/**
 * An answer that is longer than one post: further parts behind the first, each of which the network gets as an answer to the one before it. They are
 * written, approved, taken back and withdrawn together (see {@link ReplyDesk}), and each is sent by itself, once, when the one before it was.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
export class ReplyParts {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly parts: PartsRepository,
    private readonly checks: ReplyChecks,
  ) {}

  /** All that is to follow the first part: what was there keeps its place, what is missing is added, what is too many withdrawn. An approval was for what it was before, and is void. */
  async set(actor: Actor, id: string, further: readonly string[]): Promise<ReplyRow | ReplyError> {
    if (further.length >= mostParts) throw new PlatformError('BAD_INPUT', `An answer has ${mostParts} parts at most: say the rest on a page, and lead there.`, 'further');
    const texts = further.map((text) => writtenText(text));
    const { problem, attached } = await this.desk.problemBefore(actor, id, 'edit', mayDraft);
    if (problem !== undefined && !(problem instanceof ReplyByHand)) return problem;
    const problems = await this.checks.ofEach(attached.accountId, attached.towards, texts.map((text) => ({ text, images: 0 })));
    const against = problems.find((each) => each !== undefined && !(each instanceof ReplyByHand));
    if (against !== undefined) return against;
    return this.desk.step(actor, id, {
      act: 'edit', needed: mayDraft,
      work: async (tx, reply) => {
        if (reply.wholeId !== null) return new WrongReplyState(reply.state, 'This is a further part of an answer: say what follows the first part.');
        await this.replies.redraft(tx, reply);
        await this.write(tx, actor, reply, texts);
        return reply.state === 'approved' ? 'approval-voided' : undefined;
      },
    });
  }

  private async write(tx: Tx, actor: Actor, first: ReplyRow, texts: readonly string[]): Promise<void> {
    const there = await this.parts.behind(tx, first);
    for (const [at, part] of there.entries()) {
      const text = texts[at];
      if (text === undefined) await this.replies.move(tx, part, 'withdrawn');
      else if (text !== part.text || part.state !== 'draft') await this.replies.redraft(tx, part, { text, writtenBy: actor.id });
      else continue;
      await this.desk.recordPart(tx, actor, part.id);
    }
    for (const text of texts.slice(there.length)) await this.desk.recordPart(tx, actor, await this.parts.add(tx, first, { text, by: actor.id }));
  }
}
