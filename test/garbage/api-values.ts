import fc from 'fast-check';
import { type GraphQLInputType, getNamedType, getNullableType, isEnumType, isInputObjectType, isListType } from 'graphql';
import type { GoodLeaf, Leaf, Operation, ValuePath } from './api-operations.js';
import type { IdKind, Office } from './office.js';

/** What an argument of type ID names: by the operation and the argument, else by the argument's own name. */
const namedBy: Readonly<Record<string, IdKind>> = {
  accountId: 'account', accountIds: 'account', libraryId: 'library', libraries: 'library', parentId: 'library', listId: 'followList', listIds: 'followList', followList: 'followList', followId: 'follow', followIds: 'follow',
  conversationId: 'conversation', postId: 'post', postIds: 'post', toPostId: 'post', profileId: 'profile', personId: 'person', toPersonId: 'person', fromPersonId: 'person', toLibraryId: 'library', assigneeId: 'person', mentions: 'person', noteId: 'note', findingId: 'finding', searchId: 'savedSearch', channelId: 'channel',
  importId: 'receivingImport', boundListId: 'boundList', publishedListId: 'publishedList', changeId: 'boundChange', 'undoBoundListChange.changeId': 'appliedChange', decisionId: 'decision', key: 'fresh',
  'takeBackBroughtIn.conversationId': 'broughtIn',
  'account.id': 'account', 'channel.id': 'channel', 'conversation.id': 'conversation', 'followImport.id': 'receivingImport', 'followList.id': 'followList', 'library.id': 'library', 'profile.id': 'profile', 'savedSearch.id': 'savedSearch',
  'approveReply.id': 'reviewed', 'replyChecks.id': 'draft', 'editReply.id': 'draft', 'attachToReply.id': 'draft', 'attachToReply.attachmentId': 'upload', 'setAlternativeText.id': 'draft', 'detachFromReply.id': 'draft', 'orderAttachments.id': 'draft', attachmentId: 'attachment', attachmentIds: 'attachment', 'submitReply.id': 'draft', 'setReplyParts.id': 'draft', 'withdrawReply.id': 'draft', 'takeBackReply.id': 'reviewed', 'replyWrittenByHand.id': 'draft', 'amendReply.id': 'sentReply', 'removeReply.id': 'sentReply', 'approveReply.besides': 'draft', 'approveReply.insteadOf': 'draft', 'decideUnknownReply.id': 'unknownReply', 'endSession.id': 'session', 'liftDoNot.id': 'doNot', 'lookAgain.id': 'conversation', 'meetNeed.id': 'unmetNeed',
  'changeWebhook.id': 'webhook', 'removeWebhook.id': 'webhook', 'renewWebhookSecret.id': 'webhook', 'testWebhook.id': 'webhook', webhookId: 'webhook', 'replayDelivery.id': 'delivery',
  'savedAnswer.id': 'savedAnswer', 'createSavedAnswer.insteadOfId': 'savedAnswer', 'changeSavedAnswer.id': 'savedAnswer', 'removeSavedAnswer.id': 'savedAnswer', 'restoreSavedAnswer.id': 'removedAnswer',
  'hideSavedAnswer.id': 'savedAnswer', 'showSavedAnswer.id': 'savedAnswer', replyId: 'sentReply',
  'retryJob.id': 'job', 'revokeToken.id': 'token', 'changeServiceArea.remove': 'place', 'markNoticesSeen.ids': 'notice', 'unsubscribeFromPush.id': 'pushSubscription', 'applyFollowImport.importId': 'readyImport',
};

/** Good values of what is no id and no free text. */
const goodTexts: Readonly<Record<string, string>> = {
  plugin: 'with-everything', settings: '{}', secrets: '{}', timeZone: 'UTC', reviewOn: '2027-01-31', dueOn: '2027-01-31', language: 'en', languages: 'en', lang: 'en', network: 'fixture', networkListId: 'town', addresses: 'nas.local:8080',
  action: 'Suggest a purchase', assignee: 'me', encoding: 'utf-8', delimiter: ',', label: 'need.implicit', handle: 'a-new-branch', email: 'new@library.example', content: 'QGFubmE=', next: 'a good long password of words', answer: 'https://earshot.example/?code=1&state=2',
  'PlaceInput.value': 'Millbrook', quietFrom: '22:00', quietUntil: '07:00', from: '21:00', until: '07:00', signature: '{{first name}}', url: 'https://town.example/7', kind: 'advise',
  // The browser of RFC 8291, section 5.
  'subscribeToPush.input.endpoint': 'https://8.8.8.8/push', 'subscribeToPush.input.p256dh': 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', 'subscribeToPush.input.auth': 'BTBZMqHH6r4Tts7J_aSIgg',
  'createWebhook.input.url': 'https://8.8.8.8/hook', 'changeWebhook.input.url': 'https://8.8.8.8/hook',
};

/** What is optional, and must be there for the rest to make sense. */
const needed: readonly string[] = ['addToFollowImport.text', 'readFollowImport.accountIds', 'readFollowImport.reason', 'readFollowImport.category', 'snooze.until', 'addDoNot.input.profileId', 'changeSavedSearch.name', 'askAdvisors.need', 'changeRole.role'];
const goodEnums: Readonly<Record<string, string>> = { 'foundLibrary.input.kind': 'library',  'addDoNot.input.target': 'profile', 'createSavedSearch.does': 'raise', 'addDoNot.input.act': 'hear', 'bindList.applies': 'waits', 'publishList.includes': 'organisations', 'publishPreview.includes': 'organisations' };

const nameIn = (path: ValuePath): string => String(path.findLast((part) => typeof part === 'string'));
const dotted = (operation: Operation, path: ValuePath): string => [operation.name, ...path.filter((part) => typeof part === 'string')].join('.');

/** Good values for one operation, whose ids are of this office. @throws where nobody says what an id names: say it above */
export const goodLeafOf = (operation: Operation, office: Office, count: () => number): GoodLeaf => (path, type) => {
  if (path.at(-1) === 'too') return needed.includes(dotted(operation, path.slice(0, -1)));
  const [name, whole, bare] = [nameIn(path), dotted(operation, path), getNullableType(type)];
  if (isEnumType(bare)) {
    const values = bare.getValues().map((value) => value.name);
    return values.find((value) => value.toLowerCase() === goodEnums[whole]) ?? values[0];
  }
  switch (String(bare)) {
    case 'ID': {
      const kind = namedBy[whole] ?? namedBy[name];
      if (kind === undefined) throw new Error(`nobody says what the id ${whole} names`);
      return office.ids[kind];
    }
    case 'Int': return /version/iu.test(name) ? 1 : 7;
    case 'Float': return 0.5;
    case 'Boolean': return true;
    case 'DateTime': return '2027-01-31T10:00:00Z';
    case 'Cursor': return null;
    case 'String': {
      const good = goodTexts[whole] ?? goodTexts[name] ?? 'a word';
      // Whatever is there once only.
      return ['handle', 'email', 'name'].includes(name) ? `n${count()}-${good}` : good;
    }
    default: throw new Error(`nobody says what a good ${String(bare)} is`);
  }
};

const words = ['', ' ', '\u0000', 'a\u0000b', '\ud800', 'x\udfff', '\u202eevil\u202c', '\u200b', 'x'.repeat(50_000), '図'.repeat(2_048), '{}', '[]', 'null', '{"a":', '{"__proto__":{"x":1}}', '-1', "'; drop table post; --", '%', '\\', 'constructor', '__proto__', 'javascript:alert(1)',
  'http://[::1', 'https://a.example/', '@a', '#b', '2026-02-30', '9999-12-31', 'en', 'me', '0x10', '(a OR', '"', 'a AND NOT', '*', '1'.repeat(400)];
const wrong: readonly unknown[] = [null, true, 7, -1, 1.5, 'x', '', [], [null], [[]], {}, { a: 1 }, [{}]];

const scalars = (ids: readonly string[]): Readonly<Record<string, fc.Arbitrary<unknown>>> => ({
  ID: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...ids) }, fc.uuid(), fc.constantFrom('', 'x', '00000000-0000-0000-0000-000000000000', ...words.slice(0, 12))),
  String: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom(...ids)),
  Int: fc.constantFrom(0, 1, -1, 2, 100, 101, 2_147_483_647, -2_147_483_648, 2 ** 31, 0.5),
  Float: fc.constantFrom(0, 1, -1, 0.5, 1e308, -1e308, 5e-324),
  Boolean: fc.boolean(),
  DateTime: fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '2026-06-31T00:00:00Z', '2026-03-01T00:00:00Z', '+275760-09-13T00:00:00Z', 'yesterday', ''),
  Cursor: fc.oneof(fc.constantFrom('', 'AAAA', 'x'.repeat(1_024), 'x'.repeat(1_025)), fc.array(fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom(null, Number.MAX_VALUE, {}, [], '\0')), { maxLength: 4 }).map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url'))),
});

/** Garbage for one place: of its own type and of others. `ids` are of anything, at any library. */
export const garbageFor = ({ type }: Leaf, ids: readonly string[], good: unknown): fc.Arbitrary<unknown> => {
  const others = fc.constantFrom(...wrong);
  const bare = getNullableType(type) as GraphQLInputType;
  if (isListType(bare)) return fc.oneof(others, fc.constantFrom<unknown>([], [null, ...(good as unknown[])], [good], Array.from({ length: 10_000 }, () => (good as unknown[])[0]), Array.from({ length: 10_000 }, () => good)));
  if (isInputObjectType(bare)) return fc.oneof(others, fc.constantFrom<unknown>({}, { ...(good as object), unknown: 1 }, { ...(good as object), __proto__: null }));
  if (isEnumType(bare)) return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...bare.getValues().map(({ name }) => name)) }, others);
  const own = scalars(ids)[getNamedType(bare).name];
  if (own === undefined) throw new Error(`nobody says what garbage of the scalar ${String(bare)} is`);
  return fc.oneof({ weight: 5, arbitrary: own }, others);
};
