import type { ConversationRow } from './conversation.row.js';
import { WrongState } from './triage.errors.js';

export type TriageActName = 'claim' | 'assign' | 'snooze' | 'close' | 'reopen';
type Standing = ConversationRow['state'] | 'hidden';

/** In which standing an act is one. Hiding, showing, releasing, notes, tags and marks are acts in every standing. */
const legal: Readonly<Record<TriageActName, readonly Standing[]>> = {
  claim: ['open', 'answered'],
  assign: ['begun', 'open', 'answered'],
  snooze: ['open', 'answered'],
  close: ['open', 'answered'],
  reopen: ['answered', 'closed'],
};

const cure: Readonly<Record<Standing, string>> = {
  begun: 'nobody but you has spoken in it. Withdraw your post, or wait until somebody answers.', open: 'there is nothing to reopen.', answered: 'close or reopen it.', closed: 'reopen it first.', hidden: 'show it first.',
};

/** The error to return where the act is not one of the conversation's standing. */
export const requireStanding = (conversation: ConversationRow, act: TriageActName): WrongState | undefined => {
  const standing: Standing = conversation.hiddenAt === null ? conversation.state : 'hidden';
  return legal[act].includes(standing) ? undefined : new WrongState(standing, cure[standing]);
};
