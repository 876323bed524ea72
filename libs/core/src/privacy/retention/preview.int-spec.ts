import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FakeClock } from '../../../../../test/plugins/fake-clock.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { seeded } from '../../../../../test/support/seeded.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId } from '../../database/index.js';
import { Classifiers, type NamedClassifier } from '../../understanding/index.js';
import { Suppression } from '../suppression.js';
import { retentionDefaults, retentionKinds } from './retention-kinds.js';
import { RetentionService } from './retention.service.js';

class Labelled extends Classifiers {
  list(): readonly NamedClassifier[] {
    const labels = [{ id: 'need.implicit', title: 'need', effects: { attention: 0.8 } }, { id: 'crisis', title: 'crisis', effects: { blur: true as const } }, { id: 'chatter', title: 'chatter', effects: { retention: 'short' as const } }];
    return [{ id: 'fixture/all', classifier: { version: '1', labels, languages: 'any', when: 'with-store', classify: async (heard) => heard.map(() => []) } }];
  }
}

let [database, scene]: [Database, Scene] = [] as never;
let [county, libraries, elsewhere]: [SceneLibrary, readonly SceneLibrary[], SceneLibrary] = [] as never;
let [account, person, us, list]: [string, string, string, string] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 1 } });
  county = await scene.library();
  libraries = [county, await scene.library({ parent: county }), await scene.library({ parent: county })];
  elsewhere = await scene.library();
  [person, us, list] = [await scene.person(county, 'administrator'), await scene.profile(), await scene.list(county)];
  account = await scene.account(county, { profile_id: us });
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

/** One round of a town: threads of posts, heard by some libraries, of any age, state and kind; and policies. */
const seedTown = async (random: () => number): Promise<void> => {
  const below = (n: number): number => Math.floor(random() * n);
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  await scene.query('delete from retention_policy');
  for (const library of [...libraries, elsewhere]) for (const kind of retentionKinds)
    if (random() < 0.2) await scene.query('insert into retention_policy(library_id, kind, days, set_by) values ($1, $2, $3, $4)', [library.id, kind, 1 + below(120), person]);
  const follows = [await scene.follow(county, list, account), await scene.follow(county, list, account, { keep_days: 1 + below(60) }), await scene.follow(county, list, account, { removed_at: new Date() }), await scene.follow(county, list, account, { brought_in: true })];
  for (let n = 0; n < 14; n++) {
    const [thread, days] = [await scene.thread(), below(110)];
    const at = new Date(Date.now() - days * 86_400_000 - below(86_400) * 1_000);
    const posts: string[] = [];
    for (let m = 0; m <= below(4); m++) {
      const kind = random();
      posts.push(kind < 0.1 ? await scene.post(thread, { text: null, gone_at: at, gone_why: 'deleted', posted_at: at }) : kind < 0.2 ? await scene.post(thread, { known: false, text: null }) : await scene.post(thread, { posted_at: at, author_id: kind < 0.3 ? us : await scene.profile() }));
    }
    const post = posts[0] as string;
    if (random() < 0.6) await scene.finding(post, { label: one(['need.implicit', 'crisis', 'chatter']), score: random() });
    for (const library of [...libraries, elsewhere].filter(() => random() < 0.4)) {
      const conversation = await scene.conversation(library, thread, { state: one(['open', 'open', 'answered', 'closed']), opened_at: at, last_post_at: at });
      await scene.hearing(library, conversation, post, random() < 0.2 ? { cause: 'addressed' } : { follow_id: one(follows) });
      const state = one(['withdrawn', 'sent', 'unknown', 'approved', 'draft', ...Array<undefined>(10)]);
      if (state === undefined) continue;
      const approved = ['sent', 'unknown', 'approved'].includes(state);
      await scene.query(
        `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by, state, approved_by, approved_kind, approved_text, changed_at, sent_at, sent_ref)
         values ($1, $2, $3, $4, $5, $6, 'hello', $7, $8, $9, $10, $11, $12, case when $8 = 'sent' then $12::timestamptz end, case when $8 = 'sent' then '{}'::jsonb end)`,
        [newId(), library.id, conversation, account, post, newId(), person, state, approved ? person : null, approved ? 'person' : null, approved ? 'hello' : null, at]);
    }
  }
};

interface Held { readonly id: string; readonly library: string; readonly kind: string; readonly days: number; readonly floor: number }
const held = (until: Date): Promise<Held[]> =>
  scene.query<Held>(
    `select c.id, c.library_id as library, c.kept_as as kind, extract(epoch from $1::timestamptz - greatest(c.opened_at, c.last_post_at)) / 86400 as days, coalesce((
       select r.days from library_line up join retention_policy r on r.library_id = up.ancestor_id where up.library_id = c.library_id and r.kind = 'answered' order by up.distance limit 1), $2)::int as floor
     from conversation c where c.merged_into is null and c.library_id = any($3)`, [until, retentionDefaults.answered, libraries.map(({ id }) => id)]);
it.each([1, 2, 3, 4, 5, 6, 7, 8])('what a preview says is what the night then lets go of (%i)', async (seed) => {
  await seedTown(seeded(seed));
  const retention = (at: Date): RetentionService => new RetentionService(database, new Suppression('test key'), new Labelled(), new FakeClock(at));
  const now = new Date();
  await retention(now).declareLabels();
  // Those of the neighbours are no part of it: their night is over, as far as it can be.
  await retention(new Date(now.getTime() + 2 * 86_400_000)).letGo([elsewhere.id], new AbortController().signal);
  const { until, going, masked } = await retention(now).preview(county.id);
  const [before, posts] = [await held(until), (await scene.query<{ id: string }>('select id from post where known and gone_at is null')).map(({ id }) => id)];
  await retention(until).letGo(libraries.map(({ id }) => id), new AbortController().signal);
  const stays = new Set((await held(until)).map(({ id }) => id));
  const went = before.filter(({ id }) => !stays.has(id));
  const groups = [...Map.groupBy(went, ({ library, kind }) => `${library} ${kind}`)].map(([key, rows]) => [key, rows.length] as const);
  expect(new Map(going.map(({ libraryId, keptAs, conversations }) => [`${libraryId} ${keptAs}`, conversations]))).toEqual(new Map(groups));
  const [after] = await scene.query<{ there: number; masked: number }>(`select count(*)::int as there, count(*) filter (where gone_why = 'expired')::int as masked from post where id = any($1)`, [posts]);
  expect({ posts: going.reduce((sum, each) => sum + each.posts, 0), masked }).toEqual({ posts: posts.length - (after?.there ?? 0), masked: after?.masked });
  // What the law, or the library, wants kept is kept.
  expect(went.filter(({ kind, days, floor }) => kind === 'answered' && days < floor)).toEqual([]);
});
