import type { Occasion } from './occasion.js';

/** What staff are told of. */
export const noticeKinds = ['assigned', 'mentioned', 'handed-over', 'approval', 'answered', 'crisis', 'account', 'stopped', 'list', 'round'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** By which way. Without any, nobody is told. `push` leads to the browsers that a person subscribed, and nowhere as long as there is none. */
export const noticeWays = ['dashboard', 'mail', 'digest', 'push'] as const;
export type NoticeWay = (typeof noticeWays)[number];

/** How whoever says nothing is told: at once of what waits for them, by mail and in their browsers, in the digest of what goes on. */
export const usualWays: Readonly<Record<NoticeKind, readonly NoticeWay[]>> = {
  assigned: ['dashboard', 'mail', 'push'],
  mentioned: ['dashboard', 'mail', 'push'],
  'handed-over': ['dashboard', 'mail', 'push'],
  approval: ['dashboard', 'mail', 'push'],
  answered: ['dashboard', 'mail', 'push'],
  crisis: ['dashboard', 'mail', 'push'],
  account: ['dashboard', 'mail', 'push'],
  stopped: ['dashboard', 'mail', 'push'],
  list: ['dashboard', 'digest'],
  round: ['digest'],
};

/** What a notice is about, for the database. */
export interface NoticeSubject {
  readonly kind: NoticeKind;
  /** The same for the same thing: a person has one notice of it. */
  readonly thing: string;
  readonly conversationId: string | null;
  /** What else it is about: an account, a reply, a list. */
  readonly subjectId: string | null;
}

const about = (kind: NoticeKind, thing: string, subjectId: string | null, conversationId: string | null = null): NoticeSubject => ({ kind, thing, subjectId, conversationId });

export const subjectOf = (occasion: Occasion): NoticeSubject => {
  switch (occasion.what) {
    case 'sign-in-again':
    case 'failed':
    case 'silent':
      return about('account', `account:${occasion.accountId}`, occasion.accountId);
    case 'quarantined':
      return about('account', `channel:${occasion.channelId}`, occasion.channelId);
    case 'list-changed':
      return about('list', `list-change:${occasion.changeId}`, occasion.changeId);
    case 'list-stopped':
      return about('list', `list:${occasion.boundId}`, occasion.boundId);
    case 'list-not-shown':
      return about('list', `published-list:${occasion.publishedId}`, occasion.publishedId);
    case 'mentioned':
      return about('mentioned', occasion.key, null, occasion.conversationId);
    case 'assigned':
      return about('assigned', `assigned:${occasion.conversationId}`, null, occasion.conversationId);
    case 'handed-over':
      return about('handed-over', `handed-over:${occasion.conversationId}`, null, occasion.conversationId);
    case 'approval':
      return about('approval', `approval:${occasion.replyId}`, occasion.replyId, occasion.conversationId);
    case 'approval-late':
      return about('approval', `approval-late:${occasion.replyId}`, occasion.replyId, occasion.conversationId);
    case 'answered':
      return about('answered', `answered:${occasion.conversationId}`, null, occasion.conversationId);
    case 'crisis':
      return about('crisis', occasion.key, null, occasion.conversationId);
    case 'stopped':
      return about('stopped', `stopped:${occasion.stopId}`, occasion.stopId);
  }
};
