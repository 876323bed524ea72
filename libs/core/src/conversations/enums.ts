import { enumOf } from '../graphql/index.js';
import type { ConversationOrder } from './conversation-list.js';
import type { ConversationState, WaitingParty } from './conversation.row.js';
import type { HearingCause, OutcomeKind, TimelineKind } from './handling.row.js';
import type { Audience, GoneReason, PostStanding } from './post.row.js';

const states = {
  begun: 'We begin it, with a post of our own, and nobody else has spoken in it.',
  open: 'On the desk.',
  answered: 'We answered; whoever answers back opens it again.',
  closed: 'Ended, with an outcome.',
} as const;

export const ConversationStateEnum = enumOf<ConversationState>('ConversationState', 'Where a conversation stands with us.', states);

export const ConversationViewEnum = enumOf<ConversationState | 'hidden'>('ConversationView', 'Which conversations a list shows.', {
  ...states,
  hidden: 'What was hidden, in whatever state.',
});

export const ConversationOrderEnum = enumOf<ConversationOrder>('ConversationOrder', 'In which order a list stands.', {
  rank: 'What deserves most attention first.',
  newest: 'With the newest post first.',
  waiting: 'Who waits longest first, and only those in which somebody waits.',
});

export const WaitingPartyEnum = enumOf<WaitingParty>('WaitingParty', 'Who has the next word.', {
  us: 'We.',
  author: 'Whoever wrote.',
  colleague: 'A colleague, here or elsewhere.',
});

export const OutcomeKindEnum = enumOf<OutcomeKind>('OutcomeKind', 'How a conversation ended.', {
  helped: 'They have what they needed.',
  referred: 'They were sent to somebody who can help.',
  'not-for-us': 'Nothing for a library: other libraries may take the thread.',
  'no-reaction': 'We answered and heard no more.',
  withdrawn: 'They, or we, took it back.',
});

export const HearingCauseEnum = enumOf<HearingCause>('HearingCause', 'How a post came to be heard.', {
  addressed: 'It addressed us.',
  'brought-in': 'Staff brought it in by hand.',
  followed: 'A follow names its author, or brought it by a channel of its own.',
  thread: 'It stands in a thread that we hear.',
  search: 'A hashtag, words or a search found it.',
  'handed-over': 'Another library of your tree handed it over, or gave it back.',
});

export const TimelineKindEnum = enumOf<TimelineKind>('TimelineKind', 'What happened to a conversation.', {
  opened: 'We began to hear it.',
  post: 'A post came.',
  merged: 'Another conversation became part of it.',
  claimed: 'Our library took the thread.',
  released: 'Our library gave the thread back.',
  assigned: 'It was given to somebody, or to nobody.',
  snoozed: 'It was put off, or woken.',
  closed: 'It was closed with an outcome.',
  reopened: 'It was opened again.',
  hidden: 'It was hidden.',
  shown: 'It was shown again.',
  tagged: 'A tag was put on.',
  untagged: 'A tag was taken off.',
  noted: 'A note was written.',
  marked: 'A finding was marked right or wrong, or its mark was taken back.',
  drafted: 'A reply was drafted.',
  approved: 'A reply was approved.',
  'approval-voided': 'An approval does not hold any more.',
  sent: 'A reply was sent.',
  'send-failed': 'A reply could not be sent.',
  'send-unknown': 'Whether a reply was sent is not known: somebody has to look.',
  withdrawn: 'A reply was withdrawn.',
  'answered-back': 'They answered us.',
  amended: 'A reply that was out got other words.',
  removed: 'A reply that was out was taken back.',
  liked: 'We liked a post.',
  boosted: 'We passed a post on.',
  'followed-back': 'Our own account follows the author of a post.',
  'need-met': 'What was asked for, and could not be given, can be now.',
  'handed-over': 'It was handed over, with a note: to a colleague, to another library, or by another library to us.',
  'given-back': 'It was given back to the library that had handed it over, or by that library to us.',
  'brought-in': 'It was brought in by hand: detail has the name of its place.',
  'taken-back': 'It had been brought in by mistake, and was taken back: its words are gone.',
});

export const PostStandingEnum = enumOf<PostStanding>('PostStanding', 'How much of a post there is.', {
  heard: 'We heard it, and it is still there.',
  gone: 'It is gone; its place in the thread is left.',
  unheard: 'Something answers it, and we know no more than that it is.',
});

export const GoneReasonEnum = enumOf<GoneReason>('GoneReason', 'Why a post is gone.', {
  deleted: 'Its author deleted it.',
  hidden: 'Its network shows it no more.',
  'author-gone': 'Its author left.',
  refused: 'Its author asks not to be kept.',
  expired: 'Its time here was over.',
  erased: 'It was erased here.',
  'taken-back': 'Staff had brought it in by hand, and took it back.',
});

export const AudienceEnum = enumOf<Audience>('Audience', 'For whom a post was written.', {
  public: 'For everybody.',
  unlisted: 'For everybody who comes by.',
  addressed: 'For those it addresses.',
  members: 'For members of a group.',
});
