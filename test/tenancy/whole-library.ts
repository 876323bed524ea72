import { newId } from '../../libs/core/src/database/ids.js';
import { type Office, furnish } from '../garbage/office.js';
import type { Scene, SceneLibrary } from '../support/scene.js';

/** A library with a row of its own in every table that can hold one, each text of which bears its word. */
export interface WholeLibrary {
  readonly library: SceneLibrary;
  readonly word: string;
  /** Who administers it, and works there. */
  readonly head: string;
  readonly colleague: string;
  readonly ids: Office['ids'];
}

export const wholeLibrary = async (scene: Scene, library: SceneLibrary, word: string): Promise<WholeLibrary> => {
  const { ids } = await furnish(scene, library, word, () => Promise.resolve(newId()));
  const [{ head } = { head: '' }] = await scene.query<{ head: string }>('select actor_id as head from session where id = $1', [ids.session]);
  const whole = { library, word, head, colleague: ids.person, ids };
  await setUp(scene, whole);
  await heard(scene, whole);
  await handled(scene, whole);
  await inIt(scene, whole);
  return whole;
};

const setUp = async (scene: Scene, { library: { id: at }, word, head, ids }: WholeLibrary): Promise<void> => {
  await scene.query(`insert into account_secret(account_id, sealed) values ($1, $2)`, [ids.account, Buffer.from(word)]);
  await scene.query(`insert into account_sign_in(hash, account_id, actor_id, sealed, until) values (sha256($1), $2, $3, $1, now() + interval '1 hour')`, [Buffer.from(word), ids.account, head]);
  await scene.query(`insert into plugin_store(account_id, key, value) values ($1, $2, to_jsonb($2::text))`, [ids.account, word]);
  await scene.query('insert into plugin_index(account_id, generation) values ($1, 1)', [ids.account]);
  await scene.query(`insert into plugin_index_document(account_id, generation, key, words, suggestion) values ($1, 1, sha256($2), to_tsvector('simple', $3), to_jsonb($3::text))`, [ids.account, Buffer.from(word), word]);
  await scene.query('insert into advisor_refresh(account_id, due_at, failure_words) values ($1, now(), $2)', [ids.account, word]);
  await scene.query('insert into host_budget(host, account_id, tokens) values ($1, $2, 1)', [`${word}.example`, ids.account]);
  await scene.query(`insert into password_link(hash, actor_id, made_by, until) values (sha256($1), $2, $3, now() + interval '1 hour')`, [Buffer.from(word), ids.person, head]);
  await scene.query(`insert into retention_policy(library_id, kind, days, set_by) values ($1, 'need', 40, $2)`, [at, head]);
  await scene.query(`insert into reply_policy(id, library_id, approvers, second_person, unasked_days, set_by) values (gen_random_uuid(), $1, 'librarian', '{newcomer}', 3, $2)`, [at, head]);
  await scene.query(`insert into saved_answer(id, library_id, kind, title, text, lang, categories, conversation_id, reply_id, created_by, changed_by) values ($1, $2, 'answer', $3, $3, 'en', array[$3], $4, $5, $6, $6)`, [newId(), at, word, ids.conversation, ids.draft, head]);
  await scene.query('insert into saved_answer_hiding(library_id, answer_id, hidden_by) values ($1, $2, $3)', [at, newId(), head]);
  await scene.query(`insert into notice_policy(id, library_id, shows_posts, set_by) values (gen_random_uuid(), $1, false, $2)`, [at, head]);
  await scene.query(`insert into notice_delivery(notice_id, person_id, way, due_at, words) values ($1, $2, 'mail', now(), $3)`, [ids.notice, head, word]);
  await scene.query('insert into notice_push(id, notice_id, person_id, subscription_id, due_at) values ($1, $2, $3, $4, now())', [newId(), ids.notice, head, ids.pushSubscription]);
  await scene.query(`insert into notice_preference(person_id, ways, digest_hours, digest_days) values ($1, jsonb_build_object($2::text, '[]'::jsonb), '{8}', '{1}')`, [head, word]);
  await scene.query(`insert into follow_dismissal(library_id, kind, network, key, by_actor) values ($1, 'profile', 'fixture', $2, $3)`, [at, word, head]);
  await scene.query(`insert into follow_import_line(import_id, library_id, entry, line, text) values ($1, $2, 1, 1, $3)`, [ids.readyImport, at, word]);
  await scene.query(`insert into bound_member(bound_id, library_id, kind, network, key, follow_id) values ($1, $2, 'profile', 'fixture', $3, $4)`, [ids.boundList, at, word, ids.follow]);
  await scene.query('insert into bound_leaving(change_id, library_id, follow_id, decision_id) values ($1, $2, $3, $4)', [ids.boundChange, at, ids.follow, ids.decision]);
  await scene.query(`insert into published_member(published_id, library_id, network, key, label, state) values ($1, $2, 'fixture', $3, $3, 'on')`, [ids.publishedList, at, word]);
  await scene.query(`insert into change(library_id, kind, id, inherited) values ($1, 'account', $2, true)`, [at, ids.account]);
  await scene.query(`insert into stop(id, library_id, what, stopped_by, by_name, why) values ($1, $2, 'all', $3, $4, $4)`, [newId(), at, head, word]);
  await scene.query(`insert into audit(id, library_id, actor_id, action, subject_kind) values ($1, $2, $3, $4, 'library')`, [newId(), at, head, word]);
};

const heard = async (scene: Scene, { library: { id: at }, word, ids }: WholeLibrary): Promise<void> => {
  await scene.query(`insert into coverage_gap(id, channel_id, library_id, gap_to, why) values ($1, $2, $3, now(), $4)`, [newId(), ids.channel, at, word]);
  await scene.query(`insert into dead_letter(id, channel_id, library_id, why, digest) values ($1, $2, $3, $4, $4)`, [newId(), ids.channel, at, word]);
  await scene.query(`insert into channel_count(channel_id, library_id, day, outcome, times) values ($1, $2, current_date, $3, 1)`, [ids.channel, at, word]);
  await scene.query(`insert into account_count(account_id, library_id, day, outcome, times) values ($1, $2, current_date, $3, 1)`, [ids.account, at, word]);
  await scene.query(`insert into follow_day(follow_id, library_id, day, heard, last_at) values ($1, $2, current_date, 1, now())`, [ids.follow, at]);
  await scene.query(`insert into past_count(library_id, day, kept_as, state, conversations, posts) values ($1, current_date, $2, 'open', 1, 1)`, [at, word]);
  await scene.query('insert into search_match(conversation_id, library_id, post_id, search_id) values ($1, $2, $3, $4)', [ids.conversation, at, ids.post, ids.savedSearch]);
  await scene.query(`insert into thread_look(thread_id, account_id, since) select thread_id, $2, now() from conversation where id = $1`, [ids.conversation, ids.account]);
  await scene.query(`insert into post_alias(network, host, local_id, post_id) values ('practice', $1, $1, $2)`, [`${word}.example`, ids.post]);
  await scene.query(`insert into profile_alias(network, host, local_id, profile_id) values ('practice', $1, $1, $2)`, [`${word}.example`, ids.profile]);
  await scene.query('update hearing set follow_id = $1 where conversation_id = $2', [ids.follow, ids.conversation]);
  await scene.query('update profile set bio = $1 where id = $2', [word, ids.profile]);
};

const inIt = async (scene: Scene, { library: { id: at }, head, ids }: WholeLibrary): Promise<void> => {
  // For longer than any test takes.
  await scene.query(`insert into presence(conversation_id, library_id, actor_id, doing, seen_at) values ($1, $2, $3, 'typing', now() + interval '1 day')`, [ids.conversation, at, head]);
};

const handled = async (scene: Scene, { library: { id: at }, word, head, ids }: WholeLibrary): Promise<void> => {
  const advice = newId();
  await scene.query(`insert into timeline(id, library_id, conversation_id, kind, actor_id, detail) values ($1, $2, $3, 'tagged', $4, to_jsonb($5::text))`, [newId(), at, ids.conversation, head, word]);
  await scene.query('insert into tag(conversation_id, library_id, name, added_by) values ($1, $2, $3, $4)', [ids.conversation, at, word, head]);
  await scene.query(`insert into finding_mark(id, library_id, conversation_id, post_id, label, "right", by_actor) values ($1, $2, $3, $4, $5, true, $6)`, [newId(), at, ids.conversation, ids.post, word, head]);
  await scene.query(`insert into outcome(id, library_id, conversation_id, kind, unmet_need, by_actor) values ($1, $2, $3, 'helped', $4, $5)`, [newId(), at, ids.conversation, word, head]);
  await scene.query('insert into advice(id, library_id, conversation_id, account_id, need) values ($1, $2, $3, $4, $5)', [advice, at, ids.conversation, ids.account, word]);
  await scene.query(`insert into suggestion(id, library_id, conversation_id, advice_id, title, cite, place, rank, asked_at) values ($1, $2, $3, $4, $5, $5, 1, 0, now())`, [newId(), at, ids.conversation, advice, word]);
  await scene.query(`insert into advisor_press(key, library_id, conversation_id, account_id, action, need, pressed_by) values ($1, $2, $3, $4, $5, $5, $6)`, [newId(), at, ids.conversation, ids.account, word, head]);
  await scene.query('insert into thread_claim(thread_id, library_id, claimed_by) select thread_id, library_id, $2 from conversation where id = $1', [ids.conversation, head]);
};
