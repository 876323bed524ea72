import { LookAgain } from '../../libs/core/src/conversations/index.js';
import type { Database } from '../../libs/core/src/database/index.js';
import type { ReplyChecks } from '../../libs/core/src/replies/checks/reply-checks.js';
import { AttachmentsRepository } from '../../libs/core/src/attachments/index.js';
import { ReplyAttachments } from '../../libs/core/src/replies/attached/reply-attachments.js';
import { OutboxRepository } from '../../libs/core/src/replies/outbox.repository.js';
import { OwnPosts } from '../../libs/core/src/replies/own-posts.js';
import { PartsRepository } from '../../libs/core/src/replies/parts.repository.js';
import { RepliesRepository } from '../../libs/core/src/replies/replies.repository.js';
import { RepliesService } from '../../libs/core/src/replies/replies.service.js';
import { type Approval, ReplyApprovals } from '../../libs/core/src/replies/reply-approvals.js';
import { ReplyDecisions } from '../../libs/core/src/replies/reply-decisions.js';
import { ReplyDesk } from '../../libs/core/src/replies/reply-desk.js';
import { ReplyParts } from '../../libs/core/src/replies/reply-parts.js';
import { SentReplies } from '../../libs/core/src/replies/sent-replies.js';
import type { Senders } from '../../libs/core/src/replies/senders.js';
import { type Actor, Audit, Permissions } from '../../libs/core/src/staff/index.js';
import { checksWith } from './reply-checks.js';

class NoLooks extends LookAgain {
  async atThread(): Promise<void> {}
}

/** What an outbox works with. */
export const outboxStore = (database: Database): OutboxRepository => {
  const replies = new RepliesRepository();
  return new OutboxRepository(database, replies, new PartsRepository(replies), new Audit());
};

export interface DeskTold {
  readonly checks?: ReplyChecks;
  readonly lookAgain?: LookAgain;
  readonly now?: () => Promise<Date>;
  readonly undoMs?: number;
  readonly approved?: () => void;
}

/** Everything that staff do with replies, over one database, without what is around it. */
export const replyDesk = (database: Database, senders: Senders, told: DeskTold = {}) => {
  const [replies, checks] = [new RepliesRepository(), told.checks ?? checksWith(database, senders)];
  const parts = new PartsRepository(replies);
  const { now = () => database.now(), approved = () => {} } = told;
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const desk = new ReplyDesk(database, replies, parts, new Permissions(), new Audit(), checks);
  const service = new RepliesService(desk, replies, { senders, checks, lookAgain: told.lookAgain ?? new NoLooks() });
  const approvals = new ReplyApprovals(desk, replies, parts, { checks, now, undoMs: told.undoMs ?? 10_000, approved });
  const attachments = new ReplyAttachments(desk, replies, new AttachmentsRepository());
  const own = new OwnPosts(desk, replies, { senders, checks });
  const decisions = new ReplyDecisions(desk, replies, parts, { senders, now, due: approved, log });
  const several = new ReplyParts(desk, replies, parts, checks);
  const sent = new SentReplies(desk, replies, senders, checks);
  return {
    desk,
    draft: service.draft.bind(service),
    draftPost: own.draft.bind(own),
    postAbilities: own.abilities.bind(own),
    edit: service.edit.bind(service),
    setParts: several.set.bind(several),
    submit: service.submit.bind(service),
    withdraw: service.withdraw.bind(service),
    abilities: service.abilities.bind(service),
    approve: (actor: Actor, id: string, version: number, more: Omit<Approval, 'version'> = {}) => approvals.approve(actor, id, { ...more, version }),
    takeBack: approvals.takeBack.bind(approvals),
    decide: decisions.decide.bind(decisions),
    writtenByHand: approvals.writtenByHand.bind(approvals),
    amend: sent.amend.bind(sent),
    remove: sent.remove.bind(sent),
    attach: attachments.attach.bind(attachments),
    describe: attachments.describe.bind(attachments),
    detach: attachments.detach.bind(attachments),
    order: attachments.order.bind(attachments),
  };
};

export type RepliesAtHand = ReturnType<typeof replyDesk>;
