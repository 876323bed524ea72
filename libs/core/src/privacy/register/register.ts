/**
 * What a column holds of a person:
 *
 * - `words`: what they said, or a piece of it
 * - `derived`: what was made of their words
 * - `identifier`: what names them, or their post; it outlives the words, because a deletion that comes late names it
 * - `quotable`: what staff wrote, who may have quoted them or named them
 */
export type Holding = 'words' | 'derived' | 'identifier' | 'quotable';

export interface RegisteredColumn {
  readonly holds: Holding;
  /** What is put in its place, as SQL; a `quotable` one keeps what is not quoted. */
  readonly emptied: string;
}

export interface RegisteredTable {
  readonly table: string;
  /** The primary key. */
  readonly key: readonly string[];
  /** The rows that hold something of these posts, as a condition on `t`; $1 is the posts' ids. */
  readonly ofPosts?: string;
  /** The rows that hold something of these profiles themselves, as a condition on `t`; $1 is the profiles' ids. */
  readonly ofProfiles?: string;
  /** In which conversation a row of posts stands, as SQL on `t`; else its own `conversation_id` says it. */
  readonly conversation?: string;
  /** The reply whose approval is of these very words, as SQL on `t`. */
  readonly approval?: string;
  /** That there is a row tells something of a person's words, whatever stands in it. */
  readonly rowHolds?: Holding;
  /** `delete`: the row is nothing without the words. */
  readonly forget: 'empty' | 'delete';
  readonly columns: Readonly<Record<string, RegisteredColumn>>;
}

const column = (holds: Holding, emptied: string): RegisteredColumn => ({ holds, emptied });
const words = (emptied = 'null'): RegisteredColumn => column('words', emptied);
const derived = (emptied = 'null'): RegisteredColumn => column('derived', emptied);
const identifier = (emptied = 'null'): RegisteredColumn => column('identifier', emptied);
const quotable = column('quotable', `'[…]'`);

/** Rows that name somebody by the network's name for them, or by one host's. */
const namedByKey = (key: string, of = 't'): string =>
  `(${of}.network, ${key}) in (select p.network, p.remote_id from profile p where p.id = any($1::uuid[]) union all select a.network, a.host || '/' || a.local_id from profile_alias a where a.profile_id = any($1::uuid[]))`;

const inConversations = 't.conversation_id in (select c.id from conversation c join post p on p.thread_id = c.thread_id where p.id = any($1::uuid[]))';

/**
 * Every column that holds, or derives from, a person's words or name. Deletion, retention, erasure and export are made from it, and a test
 * fails when a column of the schema that could hold a text stands neither here nor in {@link harmless}.
 */
export const register: readonly RegisteredTable[] = [
  {
    table: 'post', key: ['id'], ofPosts: 't.id = any($1::uuid[])', forget: 'empty',
    columns: {
      text: words(), html: words(), link: words(), media: words(`'[]'`), tags: words(`'{}'`), mentions: words(`'{}'`), quotes: words(`'{}'`),
      search: derived(), lang: derived(), classified_by: derived(`'{}'`), refusals: derived(`'[]'`),
      remote_id: identifier(`'erased:' || t.id`), url: identifier(), version: identifier(),
    },
  },
  { table: 'post_alias', key: ['network', 'host', 'local_id'], ofPosts: 't.post_id = any($1::uuid[])', forget: 'delete', columns: { host: identifier(), local_id: identifier() } },
  { table: 'finding', key: ['id'], ofPosts: 't.post_id = any($1::uuid[])', forget: 'delete', columns: { label: derived(), restated: derived() } },
  { table: 'finding_mark', key: ['id'], ofPosts: 't.post_id = any($1::uuid[])', forget: 'delete', columns: { label: derived() } },
  { table: 'search_match', key: ['conversation_id', 'post_id', 'search_id'], ofPosts: 't.post_id = any($1::uuid[])', rowHolds: 'derived', forget: 'delete', columns: {} },
  { table: 'hearing', key: ['id'], ofPosts: 't.post_id = any($1::uuid[])', forget: 'empty', columns: { routed_by: derived() } },
  {
    table: 'profile', key: ['id'], ofProfiles: 't.id = any($1::uuid[])', forget: 'empty',
    columns: {
      handle: words(), name: words(), bio: words(), place: words(), url: words(), avatar: words(), refusals: derived(`'[]'`),
      remote_id: identifier(`'erased:' || t.id`), moved_to: identifier(),
    },
  },
  {
    table: 'follow', key: ['id'], ofProfiles: `t.kind in ('profile', 'feed') and ${namedByKey('t.key')}`, forget: 'empty',
    columns: { key: identifier(`'erased:' || t.id`), label: identifier(`'[…]'`), reason: quotable },
  },
  {
    table: 'follow_import_part', key: ['import_id', 'part'], forget: 'delete', columns: { content: identifier() },
    ofProfiles: `t.import_id in (select l.import_id from follow_import_line l where ${namedByKey('l.key', 'l')})`,
  },
  {
    table: 'follow_dismissal', key: ['library_id', 'kind', 'network', 'key'], forget: 'delete', columns: { key: identifier() },
    ofProfiles: namedByKey('t.key'),
  },
  {
    table: 'bound_member', key: ['bound_id', 'kind', 'network', 'key'], forget: 'delete', columns: { key: identifier() },
    ofProfiles: namedByKey('t.key'),
  },
  {
    table: 'published_member', key: ['published_id', 'network', 'key'], forget: 'delete', columns: { key: identifier(), label: identifier(), words: identifier() },
    ofProfiles: namedByKey('t.key'),
  },
  {
    table: 'follow_import_line', key: ['import_id', 'entry'], ofProfiles: namedByKey('t.key'), forget: 'delete',
    columns: { text: identifier(), label: identifier(), given: identifier(), targets: identifier(), key: identifier(), target_label: identifier(), why: identifier(), reason: quotable },
  },
  // After all that is found by it.
  { table: 'profile_alias', key: ['network', 'host', 'local_id'], ofProfiles: 't.profile_id = any($1::uuid[])', forget: 'delete', columns: { host: identifier(), local_id: identifier() } },
  { table: 'note', key: ['id'], ofPosts: inConversations, forget: 'empty', columns: { body: quotable } },
  { table: 'reply', key: ['id'], ofPosts: inConversations, approval: 't.id', forget: 'empty', columns: { text: quotable, approved_text: quotable, failure_words: quotable } },
  // Their alternative texts: what is in the pictures nobody here can tell.
  { table: 'attachment', key: ['id'], ofPosts: `t.reply_id in (select t.id from reply t where ${inConversations})`, conversation: '(select r.conversation_id from reply r where r.id = t.reply_id)', approval: 't.reply_id', forget: 'empty', columns: { alt: quotable } },
  { table: 'outcome', key: ['id'], ofPosts: inConversations, forget: 'empty', columns: { unmet_need: quotable } },
  { table: 'tag', key: ['conversation_id', 'name'], ofPosts: inConversations, forget: 'empty', columns: { name: quotable } },
  {
    // What staff looked for in words of their own goes with the posts around it: it is soon asked again.
    table: 'advice', key: ['id'], ofPosts: `t.from_post_id = any($1::uuid[]) or (t.from_post_id is null and ${inConversations})`, forget: 'delete',
    columns: { need: derived(`'[…]'`), near: derived(), lang: derived() },
  },
  { table: 'advisor_press', key: ['key'], ofPosts: inConversations, forget: 'empty', columns: { need: quotable } },
  // Of answers, those that were made of a reply. Without their search they are searched by what stands in them then.
  { table: 'saved_answer', key: ['id'], ofPosts: inConversations, forget: 'empty', columns: { title: quotable, text: quotable, search: derived() } },
  { table: 'timeline', key: ['id'], ofPosts: inConversations, forget: 'empty', columns: { detail: quotable } },
];

/** Columns that could hold a text and hold none of a person heard, by the reason why. */
export const harmless: Readonly<Record<string, readonly string[]>> = {
  'one of a few words of ours, held by a check or by code': [
    'account.health', 'account.state', 'actor.kind', 'advice.house', 'advice.state', 'saved_answer.kind', 'advisor_press.state', 'actor_role.role', 'actor_scope.role', 'audit.action', 'audit.subject_kind', 'change.kind', 'channel.mode', 'channel.retarget', 'channel.state', 'channel_count.outcome', 'account_count.outcome',
    'conversation.state', 'conversation.waiting_on', 'coverage_gap.state', 'do_not_list.act', 'do_not_list.target', 'do_not_list.reason', 'follow.category', 'follow.kind', 'hearing.cause', 'library.kind', 'not_kept.cause', 'not_kept.purpose', 'outcome.kind', 'person.kind', 'session.kind', 'post.audience',
    'follow_decision.kind', 'follow_dismissal.kind', 'bound_change.state', 'bound_list.applies', 'bound_list.category', 'bound_list.state', 'bound_member.kind', 'published_list.includes', 'published_list.state', 'published_member.state', 'follow_decision.before', 'follow_import.category', 'follow_import.encoding', 'follow_import.format', 'follow_import.state', 'follow_import.state_words', 'follow_import_line.category', 'follow_import_line.cure', 'follow_import_line.kind', 'follow_import_line.outcome',
    'post.gone_why', 'profile.gone_why', 'attachment.media_type', 'reply.approved_kind', 'reply.failure_kind', 'reply.state', 'saved_search.category', 'saved_search.does', 'service_area.kind', 'suppression.kind', 'system_actor.kind', 'table_kind.kind', 'table_kind.table_name',
    'timeline.kind', 'presence.doing', 'token.kind', 'token.scopes', 'stop.what', 'webhook.kinds', 'webhook.state', 'webhook_delivery.kind', 'webhook_delivery.state',
    'conversation.kept_as', 'past_count.kept_as', 'past_count.state', 'retention_policy.kind', 'label_keeping.keeps', 'reply_policy.approvers', 'reply_policy.second_person',
    'notice.kind', 'notice.thing', 'notice.event', 'notice.path', 'notice_delivery.way', 'notice_delivery.state', 'notice_preference.ways',
  ],
  'the name of a plugin, a classifier, a network, a language or a version': ['saved_answer.lang', 'account.plugin', 'finding.classifier', 'finding.version', 'label_keeping.label', 'follow.network', 'follow_import_line.network', 'follow_dismissal.network', 'bound_member.network', 'published_member.network', 'post.network', 'post_alias.network', 'profile.network', 'profile_alias.network', 'reply.lang'],
  'ids of ours and choices; the audit log refuses texts': ['audit.subject_id', 'audit.detail', 'note.mentions', 'follow_import.account_ids', 'erasure.counts'],
  'labels, places of the library served and names of its searches, drawn anew when a post goes': ['conversation.reasons'],
  "the library's own: how it is set up, and the people who work there": [
    'account.allowed_addresses', 'account.name', 'brought_place.name', 'saved_answer.categories', 'account.settings', 'account.waiting_url', 'account_secret.sealed', 'follow_list.description', 'follow_list.name', 'library.handle', 'library.languages', 'library.name', 'library.time_zone',
    'person.email', 'person.name', 'person.password_hash', 'session.client', 'push_subscription.browser', 'saved_search.before', 'saved_search.name', 'saved_search.reason', 'saved_search.text', 'service_area.value', 'token.name', 'do_not_list.value',
    'webhook.name', 'webhook.url', 'webhook_secret.sealed', 'stop.by_name', 'stop.why', 'reply_policy.quiet_from', 'reply_policy.quiet_until', 'reply_policy.signature', 'bound_list.name', 'bound_list.reason', 'bound_list.remote_id', 'published_list.name', 'published_list.remote_id', 'follow_import.name', 'follow_import.reason', 'follow_import.source', 'follow_list.sources',
  ],
  'a secret or a keyed hash': ['account_sign_in.hash', 'account_sign_in.sealed', 'installation.setup_hash', 'password_link.hash', 'session.hash', 'suppression.hash', 'not_kept.post', 'not_kept.address', 'not_kept.author', 'token.hash', 'sign_in_attempt.key', 'sign_in_place.key', 'push_subscription.endpoint_hash', 'push_subscription.sealed'],
  'words of ours or of a plugin about a connection, with nothing that was said': ['account.health_words', 'account.plan_words', 'bound_change.words', 'bound_list.state_words', 'published_list.state_words', 'channel.state_words', 'coverage_gap.why', 'coverage_gap.words', 'dead_letter.why', 'advisor_refresh.failure_words', 'advice.words', 'advisor_press.action', 'advisor_press.words', 'webhook_delivery.failure_words', 'push_subscription.failure_words', 'push_subscription.host'],
  'words of ours to staff, with the names of accounts, lists and colleagues; what is needed is read from the finding whenever they are shown': ['notice.title', 'notice.body'],
  'what a mail server said of an address of staff': ['notice_delivery.words'],
  "what a plugin calls a network's sign of a refusal": ['not_kept.sign'],
  'ids of ours and numbers': ['thread_look.counts', 'installation.cluster'],
  'words of ours or of a network about what it no longer has': ['follow_history.state', 'follow_history.words'],
  "a picture that the library's own staff put to an answer, and digests of such": ['attachment.bytes', 'attachment.hash', 'reply.attached', 'reply.approved_attached'],
  'shape and hash of what could not be read': ['dead_letter.digest'],
  'planned anew from the follows as soon as one is forgotten': ['channel.key', 'channel.targets'],
  'where a reading goes on, or what a plugin keeps for that: by its contract no words and no names': ['channel.cursor', 'channel.lease_holder', 'working_process.holder', 'coverage_gap.lease_holder', 'follow_history.lease_holder', 'follow_import.lease_holder', 'advisor_refresh.lease_holder', 'thread_look.lease_holder', 'plugin_store.key', 'plugin_store.value', 'host_budget.host'],
  "the library's own resources, as an advisor found or indexed them": [
    'advisor_press.url', 'suggestion.availability', 'suggestion.cite', 'suggestion.cover', 'suggestion.identifiers', 'suggestion.keys', 'suggestion.summary', 'suggestion.title',
    'plugin_index.lang', 'plugin_index_document.key', 'plugin_index_document.suggestion', 'plugin_index_document.words',
  ],
  "the network's name, or address, for a post of ours": ['reply.sent_ref'],
};
