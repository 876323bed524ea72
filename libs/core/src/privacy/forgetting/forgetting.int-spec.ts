import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Purpose } from '@earshot/plugin-sdk';
import { tablesHolding } from '../../../../../test/support/everywhere.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId } from '../../database/index.js';
import { heedRefusals } from '../refusals/heed-refusals.js';
import { columnsOf, registeredTable } from '../register/statements.js';
import { forgetPosts } from './forget-posts.js';
import { forgetProfile } from './forget-profiles.js';

const marker = 'zyxwvut';
const said = `I ${marker} wonder how a cellar stays dry in spring`;

let database: Database;
let scene: Scene;
let [ashford, millbrook]: [SceneLibrary, SceneLibrary] = [] as never;
let [ada, account]: [string, string] = [] as never;
let heard: Awaited<ReturnType<Scene['heard']>>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 1 } });
  [ashford, millbrook] = [await scene.library({ name: 'Ashford' }), await scene.library({ name: 'Millbrook' })];
  [ada, account] = [await scene.person(ashford), await scene.account(ashford)];
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  heard = await scene.heard(ashford, { text: said });
});

/** What a column of this type is filled with, so that the marker is in it. */
const markedAs = (type: string): string => {
  if (type === 'jsonb') return `jsonb_build_array(jsonb_build_object('url', 'https://a.example/${marker}'))`;
  if (type === 'text[]') return `array['${marker}']`;
  return type === 'tsvector' ? `to_tsvector('simple', '${marker}')` : `'${marker}'`;
};

/** Fills every column of the register with the marker, and lets staff quote the post wherever they can write. */
const fillEverything = async (): Promise<void> => {
  await scene.finding(heard.post, { restated: marker, label: marker });
  await scene.query(`insert into finding_mark(id, library_id, conversation_id, post_id, label, "right", by_actor) values ($1, $2, $3, $4, $5, true, $6)`, [newId(), ashford.id, heard.conversation, heard.post, marker, ada]);
  await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, $5)`, [newId(), ashford.id, heard.conversation, ada, `She says: "${said}". Shelf 690.`]);
  for (const post of [heard.post, null])
    await scene.query(`insert into advice(id, library_id, conversation_id, account_id, need, from_post_id) values ($1, $2, $3, $4, $5, $6)`, [newId(), ashford.id, heard.conversation, account, `${marker} ${post}`, post]);
  await scene.query(`insert into advisor_press(key, library_id, conversation_id, account_id, action, need, pressed_by) values ($1, $2, $3, $4, 'Buy', $5, $6)`, [newId(), ashford.id, heard.conversation, account, said, ada]);
  await scene.query(`insert into outcome(id, library_id, conversation_id, kind, unmet_need, by_actor) values ($1, $2, $3, 'helped', $4, $5)`, [newId(), ashford.id, heard.conversation, said, ada]);
  await scene.query(`insert into tag(conversation_id, library_id, name, added_by) values ($1, $2, $3, $4), ($1, $2, '[…]', $4)`, [heard.conversation, ashford.id, said, ada]);
  await scene.query(`insert into timeline(id, library_id, conversation_id, kind, detail) values ($1, $2, $3, 'tagged', $4)`, [newId(), ashford.id, heard.conversation, JSON.stringify({ name: said })]);
  for (const [table, condition] of [['post', 'id = $1'], ['hearing', 'post_id = $1']] as const) {
    const entry = registeredTable(table);
    const types = await scene.query<{ name: string; type: string }>('select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass', [table]);
    const marked = columnsOf(entry, ['words', 'derived']).filter((name) => name !== 'text').map((name) => `${name} = ${markedAs(types.find((each) => each.name === name)?.type ?? '')}`);
    await scene.query(`update ${table} set ${marked.join(', ')} where ${condition}`, [heard.post]);
  }
};
const reply = async (state: string, text: string, to = heard.post): Promise<string> => {
  const [id, approved] = [newId(), !['draft', 'in_review', 'withdrawn'].includes(state)];
  await scene.query(
    `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by, state, approved_by, approved_kind, approved_text, sent_at, sent_ref)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, case when $9 = 'sent' then now() end, case when $9 = 'sent' then '{}'::jsonb end)`,
    [id, ashford.id, heard.conversation, account, to, newId(), text, ada, state, approved ? ada : null, approved ? 'person' : null, approved ? text : null]);
  return id;
};
const stateOf = async (id: string): Promise<string | undefined> => (await scene.query<{ state: string }>('select state from reply where id = $1', [id]))[0]?.state;
const forget = (why: 'deleted' | 'expired' = 'deleted') => database.keeping((tx) => forgetPosts(tx, new Map([[heard.post, why]]), new Map()));
const timeline = async (): Promise<unknown[]> => scene.query(`select kind, detail from timeline where conversation_id = $1 and kind in ('withdrawn', 'approval-voided') order by kind`, [heard.conversation]);

describe('a post that is gone', () => {
  it('is nowhere any more, in no column of the whole database', async () => {
    await fillEverything();
    for (const state of ['draft', 'sent']) await reply(state, `"${said}" – here are three books.`);
    expect(await tablesHolding(scene, marker)).toEqual(['advice', 'advisor_press', 'finding', 'finding_mark', 'hearing', 'note', 'outcome', 'post', 'reply', 'tag', 'timeline']);
    expect(await forget()).toMatchObject({ posts: 1, withdrawn: 1 });
    expect(await tablesHolding(scene, marker)).toEqual([]);
    expect(await scene.query('select body from note where conversation_id = $1', [heard.conversation])).toEqual([{ body: 'She says: "[…]". Shelf 690.' }]);
    expect(await scene.query('select known, gone_why, remote_id is not null as named from post where id = $1', [heard.post])).toEqual([{ known: true, gone_why: 'deleted', named: true }]);
  });

  it('takes its quotes out of the notes of every library, and voids what was approved with them', async () => {
    const other = await scene.post(heard.thread, { text: 'Another voice' });
    const there = await scene.conversation(millbrook, heard.thread);
    await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, $5)`, [newId(), millbrook.id, there, ada, said]);
    const [quoting, plain] = [await reply('approved', `As somebody wrote, ${said}`, other), await reply('approved', 'Come on Thursday.', other)];
    await forget();
    expect([await stateOf(quoting), await stateOf(plain)]).toEqual(['draft', 'approved']);
    expect(await scene.query('select body from note where conversation_id = $1', [there])).toEqual([{ body: '[…]' }]);
    expect(await timeline()).toEqual([{ kind: 'approval-voided', detail: { reply: quoting, because: 'redacted' } }]);
  });

  it('withdraws replies to it that were not sent, says why, and leaves the others', async () => {
    const replies: Record<string, string> = {};
    for (const state of ['draft', 'in_review', 'approved', 'failed', 'sending', 'sent', 'unknown']) replies[state] = await reply(state, 'Here.');
    await forget();
    const states: Record<string, string | undefined> = {};
    for (const [was, id] of Object.entries(replies)) states[was] = await stateOf(id);
    expect(states).toEqual({ draft: 'withdrawn', in_review: 'withdrawn', approved: 'withdrawn', failed: 'withdrawn', sending: 'sending', sent: 'sent', unknown: 'unknown' });
    expect(await timeline()).toHaveLength(4);
    expect(await timeline()).toContainEqual({ kind: 'withdrawn', detail: { reply: replies['approved'], because: 'deleted' } });
  });

  it('is forgotten once: again changes nothing, nor why', async () => {
    await forget();
    expect(await forget('expired')).toEqual({ posts: 0, redacted: 0, withdrawn: 0 });
    expect(await scene.query('select gone_why from post where id = $1', [heard.post])).toEqual([{ gone_why: 'deleted' }]);
  });
});

it('a person who blocks us leaves a mark without a word, and everything they wrote is gone', async () => {
  const [row] = await scene.query<{ remote_id: string }>('select remote_id from profile where id = $1', [heard.author]);
  await scene.query(`update profile set handle = $2, name = $2, bio = $2, place = $2, url = $2, avatar = $2 where id = $1`, [heard.author, marker]);
  await database.keeping((tx) => forgetProfile(tx, { network: 'practice', remoteId: row?.remote_id ?? '' }, 'blocked-us', new Map()));
  expect(await tablesHolding(scene, marker)).toEqual([]);
  expect(await scene.query('select gone_why from post where id = $1', [heard.post])).toEqual([{ gone_why: 'author-gone' }]);
});

describe('what an author refuses later', () => {
  const refuse = async (purpose: Purpose): Promise<void> => {
    await scene.query('update profile set refusals = $2, heeded = false where id = $1', [heard.author, JSON.stringify([{ purpose, sign: `no ${purpose} in the bio` }])]);
    expect(await heedRefusals(database, new Map())).toBe(1);
    expect(await heedRefusals(database, new Map())).toBe(0);
  };
  const post = async (): Promise<Record<string, unknown>> => (await scene.query('select text, search, gone_why, classified_by from post where id = $1', [heard.post]))[0] ?? {};
  const isHeardBy = (cause: string): Promise<unknown> => scene.query('update hearing set cause = $2 where post_id = $1', [heard.post, cause]);

  it('keep: the post goes, and drafts with it', async () => {
    const draft = await reply('approved', 'Here.');
    await refuse('keep');
    expect(await post()).toMatchObject({ text: null, gone_why: 'refused' });
    expect(await stateOf(draft)).toBe('withdrawn');
  });
  it('keep: what was written to us stays, as it would be heard today, and no program judges it', async () => {
    const us = await scene.profile();
    await scene.query('update account set profile_id = $2 where id = $1', [account, us]);
    await scene.query(`update post set mentions = array(select network || ' ' || remote_id from profile where id = $2) where id = $1`, [heard.post, us]);
    await scene.finding(heard.post);
    await refuse('keep');
    expect(await post()).toEqual({ text: said, search: null, gone_why: null, classified_by: ['never'] });
    expect(await scene.query('select 1 from finding where post_id = $1', [heard.post])).toEqual([]);
  });
  it.each([['search', true], ['followed', false]])('search, heard by %s: goes %s', async (cause, goes) => {
    await isHeardBy(cause);
    await refuse('search');
    expect(await post()).toMatchObject(goes ? { text: null, gone_why: 'refused' } : { text: said, search: null, gone_why: null });
  });
  it('classify: its findings go, and their weight', async () => {
    await scene.finding(heard.post);
    await scene.query(`update conversation set reasons = '[{"kind":"finding","label":"need.implicit"}]' where id = $1`, [heard.conversation]);
    await refuse('classify');
    expect(await scene.query('select 1 from finding where post_id = $1', [heard.post])).toEqual([]);
    expect(await scene.query('select reasons from conversation where id = $1', [heard.conversation])).toEqual([{ reasons: [] }]);
  });
  it('answer: what was not sent is withdrawn, with the sign, and the post stays', async () => {
    const draft = await reply('draft', 'Here.');
    await refuse('answer');
    expect(await post()).toMatchObject({ text: said, gone_why: null });
    expect(await timeline()).toEqual([{ kind: 'withdrawn', detail: { reply: draft, because: 'refused: no answer in the bio' } }]);
  });
});

