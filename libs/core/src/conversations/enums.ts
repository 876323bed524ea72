import { registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../follows/index.js';
import { conversationOrders } from './conversation-list.js';
import { conversationStates, waitingParties } from './conversation.row.js';
import { doNotHearReasons } from './do-not-hear.service.js';
import { hearingCauses, outcomeKinds, timelineKinds } from './handling.row.js';
import { audiences, goneReasons, postStandings } from './post.row.js';

export const ConversationStateEnum = enumOf(conversationStates);
registerEnumType(ConversationStateEnum, { name: 'ConversationState', description: 'Open, answered by us, or closed with an outcome.' });

export const ConversationViewEnum = enumOf([...conversationStates, 'hidden'] as const);
registerEnumType(ConversationViewEnum, { name: 'ConversationView', description: 'Which conversations a list shows: those in one state, or those that were hidden.' });

export const ConversationOrderEnum = enumOf(conversationOrders);
registerEnumType(ConversationOrderEnum, { name: 'ConversationOrder', description: 'By rank, by the newest post, or by who waits longest (only those in which somebody waits).' });

export const WaitingPartyEnum = enumOf(waitingParties);
registerEnumType(WaitingPartyEnum, { name: 'WaitingParty', description: 'Who has the next word: we, whoever wrote, or a colleague.' });

export const OutcomeKindEnum = enumOf(outcomeKinds);
registerEnumType(OutcomeKindEnum, { name: 'OutcomeKind', description: 'How a conversation ended.' });

export const HearingCauseEnum = enumOf(hearingCauses);
registerEnumType(HearingCauseEnum, { name: 'HearingCause', description: 'How a post came to be heard: it addressed us, a follow named its author, it stands in a thread that we hear, or a search or hashtag found it.' });

export const TimelineKindEnum = enumOf(timelineKinds);
registerEnumType(TimelineKindEnum, { name: 'TimelineKind', description: 'What happened to a conversation.' });

export const PostStandingEnum = enumOf(postStandings);
registerEnumType(PostStandingEnum, { name: 'PostStanding', description: 'Heard; gone, of which only its place in the thread is left; or unheard: something answers it, and we know no more than that it is.' });

export const GoneReasonEnum = enumOf(goneReasons);
registerEnumType(GoneReasonEnum, { name: 'GoneReason', description: 'Why a post is gone: deleted, hidden by its network, its author left, or it was erased here.' });

export const AudienceEnum = enumOf(audiences);
registerEnumType(AudienceEnum, { name: 'Audience', description: 'For whom the author wrote it.' });

export const DoNotHearReasonEnum = enumOf(doNotHearReasons);
registerEnumType(DoNotHearReasonEnum, { name: 'DoNotHearReason', description: 'Why a library does not hear somebody.' });
