import { randomUUID } from 'node:crypto';
import { JobQueue } from '@earshot/core/jobs';
import { newSecretText } from '@earshot/core/staff';
import { adviseJob } from '../../libs/core/src/advising/advise.job.js';
import { newId } from '../../libs/core/src/database/ids.js';
import type { Scene, SceneLibrary } from '../support/scene.js';
import { type WholeApp, sessionOf } from '../support/whole-app.js';

export type Caller = Readonly<Record<string, string>>;

/** Something of everything that an argument can name, at one library; and somebody who administers it. Each operation gets one of its own, for it may end what it names. */
export interface Office {
  readonly caller: Caller;
  readonly ids: Readonly<Record<IdKind, string>>;
}

export type IdKind =
  | 'library' | 'account' | 'channel' | 'followList' | 'follow' | 'savedSearch' | 'receivingImport' | 'readyImport' | 'boundList' | 'boundChange' | 'appliedChange' | 'publishedList' | 'conversation' | 'post' | 'profile' | 'finding' | 'note' | 'draft' | 'reviewed' | 'unknownReply' | 'sentReply' | 'unmetNeed' | 'broughtIn' | 'upload' | 'attachment'
  | 'savedAnswer' | 'removedAnswer' | 'person' | 'session' | 'token' | 'place' | 'doNot' | 'decision' | 'job' | 'notice' | 'pushSubscription' | 'webhook' | 'delivery' | 'fresh';

export const tokenAt = async (scene: Scene, at: SceneLibrary, by: string): Promise<{ readonly id: string; readonly caller: Caller }> => {
  const [secret, id] = [newSecretText('ear_'), newId()];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [id]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, '{read,triage,follow,draft}', $4, now() + interval '1 hour')`, [id, at.id, secret.hash, by]);
  await scene.role(id, at, 'librarian');
  return { id, caller: { authorization: `Bearer ${secret.text}` } };
};

export const failedJobAt = async ({ app, database }: WholeApp, scene: Scene, at: SceneLibrary): Promise<string> => {
  const id = (await database.listening((tx) => app.get(JobQueue).enqueue(tx, adviseJob, { adviceId: newId() } as never, { libraryId: at.id }))) as string;
  await scene.query(`update pgboss.job set state = 'failed', started_on = now(), completed_on = now() where id = $1`, [id]);
  return id;
};

const conversationAt = async (scene: Scene, at: SceneLibrary, word: string, by: string, account: string) => {
  const heard = await scene.heard(at, { text: `${word} wonders about a cellar` });
  const finding = await scene.finding(heard.post, { restated: `${word} cellars` });
  const note = newId();
  await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, $5)`, [note, at.id, heard.conversation, by, word]);
  // What is out, or may be, stands in a conversation of its own: it would hold up every approval beside it.
  const before = await scene.heard(at, { text: `${word} wondered about a cellar` });
  const reply = async (state: 'draft' | 'in_review' | 'unknown' | 'sent'): Promise<string> => {
    const id = newId();
    const [approver, to] = state === 'unknown' || state === 'sent' ? [by, before] : [null, heard];
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, first_tried_at, sent_at, sent_ref)
       values ($1::uuid, $2, $3, $4, $5, gen_random_uuid(), $6, $7, $8, $9::uuid, case when $9::uuid is not null then 'person' end, case when $9::uuid is not null then $6 end, case when $9::uuid is not null then now() end,
         case when $7 = 'sent' then now() end, case when $7 = 'sent' then jsonb_build_object('network', 'fixture', 'id', $1::uuid::text) end)`,
      [id, at.id, to.conversation, account, to.post, word, state, by, approver]);
    return id;
  };
  const unmetNeed = newId();
  await scene.query(`insert into outcome(id, library_id, conversation_id, kind, unmet_need, by_actor) values ($1, $2, $3, 'referred', $4, $5)`, [unmetNeed, at.id, before.conversation, word, by]);
  const draft = await reply('draft');
  const image = async (on: string | null): Promise<string> => {
    const id = newId();
    await scene.query(`insert into attachment(id, library_id, reply_id, place, media_type, width, height, size, hash, bytes, alt, uploaded_by) values ($1, $2, $3::uuid, case when $3::uuid is not null then 0 end, 'image/png', 1, 1, $4, sha256($5), $5, $6, $7)`,
      [id, at.id, on, Buffer.byteLength(word), Buffer.from(word), word, by]);
    return id;
  };
  return { upload: await image(null), attachment: await image(draft), unmetNeed, conversation: heard.conversation, post: heard.post, profile: heard.author, finding, note, draft, reviewed: await reply('in_review'), unknownReply: await reply('unknown'), sentReply: await reply('sent') };
};

const followingAt = async (scene: Scene, at: SceneLibrary, word: string, by: string, account: string) => {
  const followList = await scene.list(at, { name: `${word} ${randomUUID()}` });
  const [channel, receivingImport, readyImport, place, doNot] = [newId(), newId(), newId(), newId(), newId()];
  await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, state) values ($1, $2, $3, $4, 'poll', 60000, 'quarantined')`, [channel, account, at.id, word]);
  for (const [id, state] of [[receivingImport, 'receiving'], [readyImport, 'ready']])
    await scene.query(`insert into follow_import(id, library_id, list_id, state, name, made_by, account_ids, reason, category) values ($1, $2, $3, $4, $5, $6, $7, $5, 'business')`, [id, at.id, followList, state, word, by, [account]]);
  await scene.query(`insert into follow_import_part(import_id, library_id, part, content) values ($1, $2, 0, $3)`, [receivingImport, at.id, Buffer.from(`@${word}\n`)]);
  await scene.query(`insert into service_area(id, library_id, kind, value) values ($1, $2, 'name', $3)`, [place, at.id, `${word} ${place}`]);
  await scene.query(`insert into do_not_list(id, library_id, act, target, value, reason, by_actor) values ($1, $2, 'hear', 'bio-word', $3, 'spam', $4)`, [doNot, at.id, `${word} ${doNot}`, by]);
  const [follow, decision] = [await scene.follow(at, followList, account, { label: word, network: 'fixture' }), newId()];
  await scene.query(`insert into follow_decision(id, library_id, follow_id, kind, before, by_actor) values ($1, $2, $3, 'keep', '{"reviewOn": null, "quietUntil": null}', $4)`, [decision, at.id, follow, by]);
  const [boundList, boundChange, appliedChange, publishedList] = [newId(), newId(), newId(), newId()];
  await scene.query(`insert into bound_list(id, library_id, list_id, account_id, remote_id, name, applies, every_hours, reason, category, made_by) values ($1, $2, $3, $4, $5, $5, 'waits', 6, $5, 'business', $6)`, [boundList, at.id, followList, account, word, by]);
  await scene.query(`insert into published_list(id, library_id, list_id, account_id, remote_id, own, name, public, told, includes) values ($1, $2, $3, $4, $5, false, $5, true, false, 'organisations')`, [publishedList, at.id, followList, account, word]);
  for (const [id, state] of [[boundChange, 'waiting'], [appliedChange, 'applied']])
    await scene.query(`insert into bound_change(id, library_id, bound_id, state, words, came, went) values ($1, $2, $3, $4, $5, 0, 0)`, [id, at.id, boundList, state, word]);
  const savedSearch = await scene.search(at, word, { does: 'narrow' });
  await scene.query('insert into narrowing(id, library_id, search_id, follow_id) values ($1, $2, $3, $4)', [newId(), at.id, savedSearch, follow]);
  return { channel, followList, follow, decision, savedSearch, receivingImport, readyImport, boundList, boundChange, appliedChange, publishedList, place, doNot };
};

const answersAt = async (scene: Scene, at: SceneLibrary, word: string, by: string) => {
  const answer = async (removed: boolean): Promise<string> => {
    const id = newId();
    await scene.query(`insert into saved_answer(id, library_id, kind, title, text, lang, categories, created_by, changed_by, removed_at) values ($1, $2, 'answer', $3, $3, 'en', array[$3], $4, $4, case when $5 then now() end)`, [id, at.id, word, by, removed]);
    return id;
  };
  return { savedAnswer: await answer(false), removedAnswer: await answer(true) };
};

const toldAt = async (scene: Scene, at: SceneLibrary, word: string, by: string) => {
  const [webhook, delivery] = [newId(), newId()];
  await scene.query(`insert into webhook(id, library_id, name, url, kinds, made_by) values ($1, $2, $3, $4, '{library.changed}', $5)`, [webhook, at.id, word, `https://8.8.8.8/${word}`, by]);
  await scene.query('insert into webhook_secret(id, library_id, webhook_id, sealed) values ($1, $2, $3, $4)', [newId(), at.id, webhook, Buffer.from(word)]);
  await scene.query(`insert into webhook_delivery(id, library_id, webhook_id, kind, subject_id, state, fresh, failure_words) values ($1, $2, $3, 'library.changed', $2, 'failed', false, $4)`, [delivery, at.id, webhook, word]);
  return { webhook, delivery };
};

const broughtInAt = async (scene: Scene, at: SceneLibrary, word: string, by: string, account: string) => {
  const [heard, place] = [await scene.heard(at, { text: `${word} asked at the desk` }), newId()];
  await scene.query('update post set brought_in = true where id = $1', [heard.post]);
  await scene.query('insert into brought_place(id, library_id, name, times, last_at) values ($1, $2, $3, 1, now())', [place, at.id, `${word} ${place}`]);
  await scene.query('insert into brought_in(library_id, key, place_id, conversation_id, account_id, by_actor) values ($1, $2, $3, $4, $5, $6)', [at.id, newId(), place, heard.conversation, account, by]);
  return { broughtIn: heard.conversation };
};

/** @param word stands in every text of it */
export const furnish = async (scene: Scene, at: SceneLibrary, word: string, job: () => Promise<string>): Promise<Office> => {
  const [head, colleague] = [await scene.person(at, 'administrator', { name: word }), await scene.person(at, 'librarian', { name: word })];
  const account = await scene.account(at, { name: word, plugin: 'with-everything', settings: '{}', state: 'on' });
  const caller = { ...(await sessionOf(scene, head)), 'x-earshot': '1' };
  await sessionOf(scene, head);
  const [session] = await scene.query<{ id: string }>('select id from session where actor_id = $1 order by id desc limit 1', [head]);
  const [notice, pushSubscription] = [newId(), newId()];
  await scene.query(`insert into notice(id, library_id, person_id, kind, thing, event, path, title, body, shown, told_at) values ($1, $2, $3, 'account', $4, $4, '/', $5, $5, true, now())`, [notice, at.id, head, `account:${account}`, word]);
  await scene.query('insert into push_subscription(id, person_id, endpoint_hash, sealed, host, browser, failure_words) values ($1, $2, sha256($3), $3, $4, $5, $5)', [pushSubscription, head, Buffer.from(`${word} ${pushSubscription}`), `${word}.example`, word]);
  return {
    caller,
    ids: {
      notice, pushSubscription, library: at.id, account, person: colleague, session: session?.id ?? '', token: (await tokenAt(scene, at, head)).id, job: await job(), fresh: randomUUID(),
      ...(await conversationAt(scene, at, word, head, account)), ...(await followingAt(scene, at, word, head, account)), ...(await answersAt(scene, at, word, head)), ...(await toldAt(scene, at, word, head)), ...(await broughtInAt(scene, at, word, head, account)),
    },
  };
};
