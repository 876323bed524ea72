import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../libs/core/src/database/ids.js';
import { Scene } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { Intruder } from './intruder.js';
import { functionsOf, reachOf, viewsOf } from './reach.js';
import { type WholeLibrary, wholeLibrary } from './whole-library.js';

/** The views and functions that the application and jobs reach, in the name of somebody of Ashford: what they show, and do, of Millbrook beside it. */
let scene: Scene;
let [ashford, millbrook]: [WholeLibrary, WholeLibrary] = [] as never;
const somebody: { readonly who: string; readonly role: 'app' | 'worker'; readonly intruder: Intruder }[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  const county = await scene.library({ name: 'county' });
  ashford = await wholeLibrary(scene, await scene.library({ name: 'Ashford', parent: county }), 'ashford');
  millbrook = await wholeLibrary(scene, await scene.library({ name: 'Millbrook', parent: county }), 'millbrook');
  // Both hear this thread.
  const shared = await scene.conversation(millbrook.library, await threadOf(ashford), { waiting_on: 'colleague' });
  await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values (gen_random_uuid(), $1, $2, $3, 'millbrook')`, [millbrook.library.id, shared, millbrook.head]);
  for (const [who, role, actor] of [['an administrator', 'app', ashford.head], ['a librarian', 'app', ashford.colleague], ['a job', 'worker', ashford.library.system]] as const)
    somebody.push({ who, role, intruder: await Intruder.open(test.config(role), actor) });
}, 60_000);
afterAll(async () => {
  for (const { intruder } of somebody) await intruder.close();
  await scene.close();
});

const threadOf = async ({ ids }: WholeLibrary): Promise<string> => (await scene.query<{ thread: string }>('select thread_id as thread from conversation where id = $1', [ids.conversation]))[0]?.thread ?? '';
const foreign = (line: string): boolean => line.includes('millbrook') || line.includes(millbrook.library.id);

describe('whatever can be read', () => {
  it('bears no word of the library beside, but its name among libraries and what is declared to be shown', async () => {
    const shown = new Set(['library', 'library_line', 'table_kind', 'installation']);
    const seen: string[] = [];
    for (const { who, role, intruder } of somebody) {
      const tables = (await reachOf(scene, `earshot_${role}`)).filter(({ name, select }) => select.length > 0 && !shown.has(name)).map(({ name, select }) => `select ${select.map((column) => `"${column}"`).join(', ')} from ${name}`);
      for (const sql of [...tables, ...(await viewsOf(scene, `earshot_${role}`)).map((name) => `select * from ${name}`)]) for (const line of (await intruder.read(sql)) ?? []) if (foreign(line)) seen.push(`${who}: ${sql}: ${line}`);
    }
    expect(seen).toEqual([]);
  });

  it('has something to show in each view', async () => {
    for (const { role, intruder } of somebody) for (const name of await viewsOf(scene, `earshot_${role}`)) expect({ name, rows: (await intruder.read(`select * from ${name}`))?.length }).not.toEqual({ name, rows: 0 });
  });
});

/** What a function may do or tell over libraries, and why; or what it must answer with when it is asked of the library beside. */
interface Declared {
  readonly why?: string;
  /** Asked of Millbrook it answers with nothing. */
  readonly asked?: (of: WholeLibrary) => string;
}
const declared: Readonly<Record<string, Declared>> = {
  actor_id: { why: 'who acts' },
  scope: { asked: ({ library }) => `select s from scope() s where s = '${library.id}'` },
  scope_acting: { asked: ({ library }) => `select s from scope_acting() s where s = '${library.id}'` },
  scope_administered: { asked: ({ library }) => `select s from scope_administered() s where s = '${library.id}'` },
  scope_up: { asked: ({ library }) => `select s from scope_up() s where s = '${library.id}'` },
  scope_roots: { asked: ({ library }) => `select s from scope_roots() s where s = '${library.id}'` },
  administered_actors: { asked: ({ head, colleague }) => `select s from administered_actors() s where s in ('${head}', '${colleague}')` },
  visible_actors: { asked: ({ head, colleague }) => `select s from visible_actors() s where s in ('${head}', '${colleague}')` },
  may_be_given_a_role: { asked: ({ head }) => `select 1 where may_be_given_a_role('${head}')` },
  sees_suggestion: { asked: ({ library }) => `select 1 where sees_suggestion((select id from suggestion where library_id = '${library.id}'))` },
  followed_elsewhere: { asked: ({ library }) => `select * from followed_elsewhere('${library.id}')` },
  search_config: { why: 'of a language' }, heard_cause: { why: 'of a cause' }, role_weight: { why: 'of a role' }, host_of: { why: 'of an address' },
  note_changes: { why: 'of libraries that one sees: below' }, note_webhook_events: { why: 'of libraries that one sees: below' },
  due_webhooks: { why: 'ids over all libraries, before a job knows whose it is' }, forget_webhook_deliveries: { why: 'what is two weeks old, of everybody' },
  sign_in_person: { why: 'before anybody is known: by an address, for the password to be compared' },
  session_actor: { why: 'before anybody is known: by a secret' }, client_session_actor: { why: 'before anybody is known: by a secret' }, token_actor: { why: 'before anybody is known: by a secret' }, take_password_link: { why: 'before anybody is known: by a secret' },
  take_sign_in_attempt: { why: 'before anybody is known: counts under keys' }, forget_sign_in_attempts: { why: 'after a sign-in: by keys' },
  sign_in_place_known: { why: 'before anybody is known: by a key' }, sign_in_succeeded: { why: 'after a sign-in: by keys' },
  offer_setup: { why: 'only while nobody can sign in' }, found_installation: { why: 'only while nobody can sign in, by a secret' },
  suppressed_now: { why: 'by keyed hashes, which nobody makes without the key' },
  stopped: { why: 'ids of libraries that stand still: whoever takes work asks, before it knows whose' }, stopped_libraries: { why: 'the same' }, outbox_figures: { why: 'counts of the installation' },
  account_is_sending: { why: 'of an account that several libraries may answer by' },
  recall_replies: { asked: ({ library }) => `select * from recall_replies('${library.id}', null)` },
  say_presence: { asked: ({ ids }) => `select * from say_presence('${ids.conversation}', 'typing')` },
  hand_over_thread: { asked: ({ ids }) => `select * from hand_over_thread('${ids.conversation}', '${ashford.library.id}', gen_random_uuid(), gen_random_uuid(), 'ours now', 'thread', 'handed-over')` },
  account_for_brought_in: { asked: ({ library }) => `select * from account_for_brought_in('${library.id}', 'with-by-hand', 'x', gen_random_uuid())` },
  begin_conversation: { asked: ({ library }) => `select * from begin_conversation('${library.id}', gen_random_uuid(), gen_random_uuid())` },
  void_approvals: { asked: ({ ids }) => `select * from void_approvals(array(select id from reply), 'draft', 'stopped', null) v where v.id in ('${ids.draft}', '${ids.conversation}')` },
  void_leavers_approvals: { asked: ({ head }) => `select * from void_leavers_approvals('${head}', null)` },
  hand_on_conversations: { asked: ({ head, library }) => `select * from hand_on_conversations('${head}', null, array['${library.id}'::uuid], null, 'handed-on')` },
  contact_with_author: { asked: ({ library, ids }) => `select * from contact_with_author('${ids.post}', '${library.id}', '{}'::uuid[], '-infinity')` },
  due_replies: { why: 'ids over all libraries, before a job knows whose it is' }, unplaced_replies: { why: 'ids over all libraries, before a job knows whose it is' }, next_reply_due: { why: 'a moment' }, note_sent: { why: 'writes down a moment, of the installation' }, waits_behind: { why: 'of a conversation that two libraries may answer by turns: yes or no' },
  due_pushes: { why: 'ids of browsers and people over all libraries, before anybody acts as one of them' }, notice_is_over: { why: 'of a notice that one has' }, take_push_endpoint: { why: 'by the hash of an address that nobody knows but a browser, its push service and whoever subscribes it' },
  due_notice_mails: { why: 'ids of people over all libraries, before a job acts as one of them' }, libraries_at_the_hour: { why: 'ids of libraries by the time on their clocks, before a job acts there' },
  due_bound_lists: { why: 'ids over all libraries, before a job knows whose it is' }, due_published_lists: { why: 'ids over all libraries, before a job knows whose it is' },
  system_actor_of: { why: 'as whom a job acts there, before it acts' }, forget_follow_imports: { why: 'what is thirty days old, of everybody' }, holder_is_gone: { why: 'of processes' },
};

describe('functions', () => {
  it('are declared, each that somebody can call, and no other', async () => {
    const called = new Set([...(await functionsOf(scene, 'earshot_app')), ...(await functionsOf(scene, 'earshot_worker'))]);
    expect([...called].sort()).toEqual(Object.keys(declared).sort());
  });

  it('tell nothing of the library beside', async () => {
    const seen: string[] = [];
    for (const { who, role, intruder } of somebody) {
      const called = await functionsOf(scene, `earshot_${role}`);
      for (const [name, { asked }] of Object.entries(declared)) {
        if (asked === undefined || !called.includes(name)) continue;
        const outcome = await intruder.try(asked(millbrook));
        if (outcome.code !== undefined || outcome.rows > 0) seen.push(`${who}: ${name}: ${outcome.said}`);
      }
    }
    expect(seen).toEqual([]);
  });

  it('note no change in its name', async () => {
    const noted = ({ library, ids }: WholeLibrary, version: number): object => ({ library: library.id, kind: 'account', id: ids.account, inherited: false, version });
    const of = async ({ library }: WholeLibrary): Promise<unknown> => scene.query('select version, inherited from change where library_id = $1', [library.id]);
    for (const [i, { intruder }] of somebody.entries()) {
      await intruder.act('select note_changes($1)', [JSON.stringify([noted(millbrook, i), noted(ashford, i)])]);
      expect(await of(ashford)).toEqual([{ version: i, inherited: true }]);
      expect(await of(millbrook)).toEqual([{ version: null, inherited: true }]);
    }
  });
});

describe('webhooks', () => {
  it('are told nothing in the name of the library beside', async () => {
    const happened = ({ library }: WholeLibrary, id: string): object => ({ library: library.id, kind: 'library', id, version: 1 });
    const toldOf = async ({ library }: WholeLibrary, id: string): Promise<number> => (await scene.query('select 1 from webhook_delivery where library_id = $1 and subject_id = $2', [library.id, id])).length;
    for (const { intruder } of somebody) {
      const id = newId();
      await intruder.act('select note_webhook_events($1)', [JSON.stringify([happened(millbrook, id), happened(ashford, id)])]);
      expect([await toldOf(ashford, id), await toldOf(millbrook, id)]).toEqual([1, 0]);
    }
  });
});

describe('roles', () => {
  it('are not given to the staff of another library, whose names would be seen by it', async () => {
    const give = (to: string): string => `insert into actor_role(actor_id, library_id, role) values ('${to}', '${ashford.library.id}', 'observer')`;
    const [administrator] = somebody;
    expect((await administrator?.intruder.try(give(millbrook.colleague)))?.code).toBe('42501');
    expect((await administrator?.intruder.try(`delete from actor_role where actor_id = '${ashford.colleague}'; ${give(ashford.colleague)}`))?.code).toBeUndefined();
  });
});
