import { enumOf } from '../graphql/index.js';
import type { ReplyState } from './reply.row.js';

export const ReplyStateEnum = enumOf<ReplyState>('ReplyState', 'Where a reply is on its way.', {
  draft: 'Being written.',
  in_review: 'Waits for a colleague to approve it.',
  approved: 'A person answers for it; it leaves once the time for taking it back is over.',
  sending: 'On its way.',
  sent: 'The network has it.',
  failed: 'The network did not take it, and says why.',
  unknown: 'Whether it arrived cannot be told: a person decides.',
  withdrawn: 'Taken back before it left.',
});
