import type { WholeLibrary } from './whole-library.js';

/** What makes a row of a table another than those that are there; of what stands here nothing but keys is unique. */
export const vary: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  channel: { key: 'another' }, dead_letter: { digest: 'another' }, service_area: { value: 'another' }, follow_list: { name: 'another' }, follow: { key: 'another' }, saved_search: { name: 'another' },
  do_not_list: { value: 'another' }, follow_import_part: { part: 7 }, follow_import_line: { entry: 7 }, bound_list: { remote_id: 'another' }, bound_member: { key: 'another' }, bound_change: { state: 'declined' },
  published_list: { remote_id: 'another' }, published_member: { key: 'another' }, follow_dismissal: { key: 'another' }, retention_policy: { kind: 'context' }, tag: { name: 'another' },
  finding_mark: { label: 'another' }, webhook_delivery: { subject_id: null }, webhook_secret: { until: '2027-01-31T10:00:00Z' }, advice: { need: 'another' }, saved_answer_hiding: { answer_id: '0190a5de-0000-7000-8000-000000000000' },
};

/** Whose key is made of other rows' alone, or of which a library has one: the one that is there goes before another like it can come. */
export const alone: readonly string[] = ['narrowing', 'bound_leaving', 'reply_policy', 'notice_policy'];

/** What else has to be so where a column is filled. */
export const together: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'do_not_list.profile_id': { target: 'profile', value: null },
  'narrowing.list_id': { follow_id: null },
  'saved_search.poll_id': { does: 'poll' },
  'reply.approved_by': { approved_kind: 'person' },
};

/** Why a row may point at somebody or something that its writer does not see, though a name that nobody has is refused. */
export const told: Readonly<Record<string, string>> = {
  follow_decision: 'a leaving is written in one statement with its decision, which no policy sees yet: an id, which whoever tries it knows, is told to be a decision\'s',
  actor: 'who did it may be gone from the library since, and stays named: an id, which whoever tries it knows, is told to be somebody\'s, and not whose',
};

/** Platform tables that hold a library's rows: which are those of `of`, and whether others see them, with the reason. */
export const platform: Readonly<Record<string, { readonly of: (of: WholeLibrary) => string; readonly shown?: string }>> = {
  table_kind: { of: () => 'true', shown: 'names of tables' },
  installation: { of: () => 'true', shown: 'when it was founded' },
  library: { of: ({ library }) => `id = '${library.id}'`, shown: 'libraries of one consortium know each other by name' },
  library_line: { of: ({ library }) => `library_id = '${library.id}'`, shown: 'which library stands above which: ids alone' },
  actor: { of: ({ head, colleague }) => `id in ('${head}', '${colleague}')` },
  person: { of: ({ head, colleague }) => `actor_id in ('${head}', '${colleague}')` },
  token: { of: ({ library }) => `library_id = '${library.id}'` },
  system_actor: { of: ({ library }) => `library_id = '${library.id}'` },
  actor_role: { of: ({ library }) => `library_id = '${library.id}'` },
  actor_scope: { of: ({ library }) => `library_id = '${library.id}'` },
  session: { of: ({ head }) => `actor_id = '${head}'` },
  sign_in_attempt: { of: () => 'true' },
  sign_in_place: { of: () => 'true' },
  password_link: { of: ({ colleague }) => `actor_id = '${colleague}'` },
  account_secret: { of: ({ ids }) => `account_id = '${ids.account}'` },
  account_sign_in: { of: ({ ids }) => `account_id = '${ids.account}'` },
  plugin_store: { of: ({ ids }) => `account_id = '${ids.account}'` },
  plugin_index: { of: ({ ids }) => `account_id = '${ids.account}'` },
  plugin_index_document: { of: ({ ids }) => `account_id = '${ids.account}'` },
  advisor_refresh: { of: ({ ids }) => `account_id = '${ids.account}'` },
  host_budget: { of: ({ ids }) => `account_id = '${ids.account}'` },
  change: { of: ({ library }) => `library_id = '${library.id}'` },
  thread_claim: { of: ({ library }) => `library_id = '${library.id}'` },
  stop: { of: ({ library }) => `library_id = '${library.id}'` },
  notice: { of: ({ library }) => `library_id = '${library.id}'` },
  notice_delivery: { of: ({ ids }) => `notice_id = '${ids.notice}'` },
  notice_push: { of: ({ ids }) => `notice_id = '${ids.notice}'` },
  push_subscription: { of: ({ ids }) => `id = '${ids.pushSubscription}'` },
  notice_preference: { of: ({ head, colleague }) => `person_id in ('${head}', '${colleague}')` },
  label_keeping: { of: () => 'true' },
  working_process: { of: () => 'true' },
  erasure: { of: () => 'true' },
  migrations: { of: () => 'true' },
};
