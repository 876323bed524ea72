import type { Role, TokenScope } from '@earshot/core/staff';

/** Who may call an operation, as a table says it that knows nothing of the code. */
export interface OperationRule {
  /** What a token needs. */
  readonly scope: TokenScope;
  /** The least role at the library that it concerns; without it, whoever is signed in. */
  readonly role?: Role;
  /** No token at all. */
  readonly person?: true;
}

const who = (rule: OperationRule, names: string): readonly (readonly [string, OperationRule])[] => names.trim().split(/\s+/).map((name) => [name, rule] as const);

/** Every query, mutation and subscription. One that is not here fails a test: say who may call it, and the tests of this folder try everybody else. */
export const rules: readonly (readonly [operation: string, rule: OperationRule])[] = [
  ...who({ scope: 'read' }, 'viewer myLibraries plugins readSearch'),
  ...who({ scope: 'read', person: true }, 'markNoticesSeen noticePreferences notices pushKey pushSubscriptions setNoticePreferences subscribeToPush unsubscribeFromPush'),
  ...who({ scope: 'administer', person: true }, 'changePassword endOtherSessions endSession'),
  ...who({ scope: 'read', role: 'observer' }, `
    account accounts boundListChange boundLists broughtInPlaces changed changedSince channel conversation conversations deadLetters doNotList exportFollowList followImport followImports followList followLists
    followReview follows library noticePolicy ownPosts profile profiles publishedList publishedLists replyPolicy replySignature retention savedSearch savedSearches staffAt suggestSearch testSearch unmetNeeds why`),
  ...who({ scope: 'read', role: 'observer', person: true }, 'sayPresence'),
  ...who({ scope: 'read', role: 'librarian' }, 'retentionPreview'),
  ...who({ scope: 'triage', role: 'observer' }, 'lookAgain'),
  ...who({ scope: 'triage', role: 'librarian' }, `
    addDoNot addNote assign bringIn claim close giveBack handOver handOverToLibrary hearAgain hide liftDoNot markFinding meetNeed release reopen show snooze stopHearing tag takeBackBroughtIn unmarkFinding untag`),
  ...who({ scope: 'follow', role: 'librarian' }, `
    addFollows addToFollowImport applyBoundListChange applyFollowImport bindList changeBoundList changeFollow changeFollowList changeSavedSearch createFollowList createSavedSearch declineBoundListChange
    discardFollowImport dismissFollowSuggestion followSuggestion followSuggestions importNetworkList keepFollow lookAtBoundList networkLists publishPreview readFollowImport removeFollow removeFollowList
    removeFollows removeSavedSearch restoreFollowSuggestion snoozeFollow startFollowImport unbindList undoBoundListChange undoFollowDecision undoSavedSearch`),
  ...who({ scope: 'follow', role: 'librarian', person: true }, 'publishAgain publishList unpublishList'),
  ...who({ scope: 'draft', role: 'librarian' }, 'askAdvisors attachToReply checkSuggestions detachFromReply draftPost draftReply editReply orderAttachments postAbilities replyAbilities replyChecks setAlternativeText setReplyParts submitReply takeBackReply withdrawReply'),
  ...who({ scope: 'draft', role: 'observer' }, 'exportSavedAnswers previewSavedAnswerImport savedAnswer savedAnswerCategories savedAnswers'),
  ...who({ scope: 'draft', role: 'librarian', person: true }, `
    amendReply approveReply changeSavedAnswer createSavedAnswer decideUnknownReply giveSmallAnswer hideSavedAnswer importSavedAnswers pressAction removeReply removeSavedAnswer replyWrittenByHand restoreSavedAnswer
    saveReplyAsAnswer showSavedAnswer`),
  ...who({ scope: 'administer', role: 'administrator' }, `
    auditLog changeAccountSettings changeServiceArea changeWebhook createAccount createWebhook endSignIn foundLibrary jobCounts jobs putAccountSecrets releaseChannel removeAccount removeWebhook renameAccount renewWebhookSecret replayDelivery resumeLibrary retryJob setNoticePolicy setReplyPolicy setRetention stopLibrary testWebhook tokensAt turnAccount updateLibrary webhookDeliveries webhooks`),
  ...who({ scope: 'administer', role: 'administrator', person: true }, `
    allowPrivateAddresses beginSignIn changeRole deactivatePerson erasePerson erasurePreview exportPerson finishSignIn handOnWork invitePerson makePasswordLink makeToken people revokeToken workOf`),
];
