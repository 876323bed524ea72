import type { ReplyState } from './reply.row.js';

/** What somebody does with a reply. What the outbox does stands in `outbox.repository.ts`. */
export type ReplyAct = 'edit' | 'submit' | 'approve' | 'take-back' | 'withdraw' | 'decide' | 'write-by-hand' | 'amend' | 'remove';

/**
 * In which states an act is one:
 *
 *     draft ──submit──▶ in_review        draft, in_review ──approve──▶ approved        draft, in_review, approved, failed ──edit──▶ draft
 *     draft, in_review, approved, failed ──withdraw──▶ withdrawn        in_review, approved ──take-back──▶ draft        unknown ──decide──▶ sent, or draft
 *     draft, in_review, failed ──write-by-hand──▶ sent        sent ──amend──▶ sent        sent ──remove──▶ withdrawn
 *     approved ──outbox──▶ sending ──outbox──▶ sent, failed, unknown; or approved again, where nothing was published
 *
 * From `withdrawn` nothing leads on, but for late proof of having been sent, which makes `sent` of any state. `failed` is: nothing was
 * published, and nothing goes by itself.
 */
const legal: Readonly<Record<ReplyAct, readonly ReplyState[]>> = {
  edit: ['draft', 'in_review', 'approved', 'failed'],
  submit: ['draft'],
  approve: ['draft', 'in_review'],
  'take-back': ['in_review', 'approved'],
  withdraw: ['draft', 'in_review', 'approved', 'failed'],
  decide: ['unknown'],
  'write-by-hand': ['draft', 'in_review', 'failed'],
  amend: ['sent'],
  remove: ['sent'],
};

export const isLegal = (act: ReplyAct, state: ReplyState): boolean => legal[act].includes(state);

/**
 * What an act on one part of an answer makes of another part that was not sent: `read-again` steps its version, since what was read of the answer is not what
 * it says now, where whoever approves names another than the part of the act. `isFirst`: nothing before the part of the act waits to be sent. Undefined: it stays as it is.
 */
export const becomesOfPart = (done: { readonly act: ReplyAct; readonly state: ReplyState; readonly isFirst: boolean }, other: ReplyState): 'draft' | 'in_review' | 'withdrawn' | 'read-again' | undefined => {
  if (done.state === 'in_review') return other === 'draft' ? 'in_review' : undefined;
  if (done.act === 'withdraw' && done.isFirst) return 'withdrawn';
  if (done.state !== 'draft' && done.state !== 'withdrawn') return undefined;
  if (other === 'draft') return done.isFirst ? undefined : 'read-again';
  return other === 'in_review' || other === 'approved' ? 'draft' : undefined;
};

/** What a reply in this state is waiting for, or why it waits for nothing: told to whoever tried something else. */
export const standingOf: Readonly<Record<ReplyState, string>> = {
  draft: 'This reply is a draft.',
  in_review: 'This reply waits for its approval.',
  approved: 'This reply was approved already, and is about to leave.',
  sending: 'This reply is on its way: wait for what the network says.',
  sent: 'This reply was sent.',
  failed: 'This reply was not taken by the network: edit it, or write another.',
  unknown: 'Nobody knows whether this reply arrived: look on the network, and say.',
  withdrawn: 'This reply was withdrawn: write another.',
};
