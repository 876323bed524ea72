import { newId } from '@earshot/core/database';
import type { Client } from 'pg';
import { generateSearches, vocabularyOf } from '../../support/generate-searches.ts';
import { seeded } from '../../support/seeded.ts';
import { benchSettings } from '../plugin/bench-network.ts';
import type { Consortium } from '../seed/found-consortium.ts';
import { benchTexts } from '../texts.ts';

export interface SetUpSizes {
  /** Over all libraries, as what follows. */
  readonly follows: number;
  readonly searches: number;
  readonly postsPerSecond: number;
}

/** Threads younger than this are still looked at. */
const livingFor = '3 days';

/** Each library with an account, a list of people whom it follows, and searches. @returns library → account */
export const setUpListening = async (owner: Client, { libraries }: Consortium, { follows, searches, postsPerSecond }: SetUpSizes): Promise<ReadonlyMap<string, string>> => {
  const accounts = new Map(libraries.map((library) => [library, newId()]));
  const [ids, each] = [[...accounts.values()], follows / libraries.length];
  await owner.query(
    `insert into account(id, library_id, plugin, name, settings) select id, library, 'bench', 'Our town', settings from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as a(id, library, settings)`,
    [ids, libraries, libraries.map((_, n) => JSON.stringify(benchSettings(`town-${n}`, postsPerSecond / libraries.length, n / libraries.length)))]);
  await owner.query(`insert into follow_list(id, library_id, name) select gen_random_uuid(), unnest($1::uuid[]), 'Our town'`, [libraries]);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, review_on)
     select gen_random_uuid(), a.library_id, l.id, a.id, 'profile', 'bench', a.settings ->> 'name' || '-' || n, 'Person ' || n, 'bench', 'organisation', current_date + n::int
     from account a join follow_list l using (library_id), generate_series(1, $1::int) n`, [each]);
  // As after some weeks: what came before each follow was brought in long ago.
  await owner.query(`update follow_history set state = 'done'`);
  await owner.query(
    `insert into saved_search(id, library_id, name, text, does, reason, category) select gen_random_uuid(), library, 'Search ' || n, text, 'raise', 'bench', 'topic'
     from unnest($1::uuid[], $2::text[]) with ordinality as s(library, text, n)`,
    [Array.from({ length: searches }, (_, n) => libraries[n % libraries.length]), generateSearches(seeded(2), vocabularyOf(benchTexts().texts), searches)]);
  await owner.query(
    `insert into thread_look(thread_id, account_id, since, next_at, seen_at)
     select distinct on (c.thread_id) c.thread_id, a.id, c.last_post_at, now() + random() * interval '1 day', now() - random() * interval '1 day'
     from conversation c join account a using (library_id) where c.last_post_at > now() - $1::interval order by c.thread_id`, [livingFor]);
  await owner.query('vacuum analyze');
  return accounts;
};
