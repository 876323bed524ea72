import { performance } from 'node:perf_hooks';
import { newId } from '@earshot/core/database';
import { atMost, type Done } from './figure.ts';
import { benchSettings, withBenchNetwork } from './plugin/bench-network.ts';
import { median } from './scene.ts';
import { eventually } from './support/eventually.ts';
import { type BenchInstallation, withInstallation } from './support/running-earshot.ts';

const barMs = 500;
const replies = 100;
const everyMs = 400;
/** Replies are approved so long before the first of them leaves: none is due in the moment in which the outbox learns of it. */
const aheadMs = 5_000;

interface Answerable {
  readonly library: string;
  readonly account: string;
  readonly conversation: string;
  readonly post: string;
  readonly person: string;
}

const answerable = async ({ owner }: BenchInstallation): Promise<readonly Answerable[]> =>
  (await owner.query<Answerable>(
    `select c.library_id as library, a.id as account, c.id as conversation, p.id as post, (select actor_id from person) as person
     from post p join conversation c using (thread_id) join account a on a.library_id = c.library_id where p.known and p.gone_at is null order by p.id limit ${replies}`)).rows;

/** Each to another post, one after another, none at a round moment of the one before. */
const approve = async ({ owner }: BenchInstallation, posts: readonly Answerable[]): Promise<void> => {
  for (const [n, { library, account, conversation, post, person }] of posts.entries())
    await owner.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at)
       values ($1, $2, $3, $4, $5, $6, 'It is on the shelf.', 'approved', $7, $7, 'person', 'It is on the shelf.', now(), now() + make_interval(secs => $8))`,
      [newId(), library, conversation, account, post, newId(), person, (aheadMs + n * everyMs + ((n * 137) % 250)) / 1_000]);
};

/** Milliseconds from the end of the time for taking back to the call of the responder, by its own note of when that was. */
const latenessOf = async ({ owner }: BenchInstallation): Promise<readonly number[]> =>
  (await owner.query<{ ms: number }>(`select (sent_ref -> 'local' ->> 'id')::float8 - extract(epoch from due_at) * 1000 as ms from reply where state = 'sent' order by due_at`)).rows.map(({ ms }) => ms);

/** What one committed write of one row costs here, without Earshot. */
const bareWrite = async ({ owner }: BenchInstallation): Promise<number> => {
  const took: number[] = [];
  for (let n = 0; n < 50; n += 1) {
    const began = performance.now();
    await owner.query(`update reply set place_due = place_due where id = (select id from reply limit 1)`);
    took.push(performance.now() - began);
  }
  return median(took);
};

/** From the end of the time in which an approval can be taken back to the call of the responder, while the same process listens. */
export const benchSending = (done: Done): Promise<void> =>
  withInstallation(
    [{ plugin: 'bench', name: 'Our town', settings: benchSettings('town', 10), secrets: {}, follows: Array.from({ length: 500 }, (_, n) => ({ kind: 'profile', network: 'bench', key: `person-${n}` })) }], withBenchNetwork,
    async (earshot) => {
      await eventually('enough being heard', 60_000, async () => (await answerable(earshot)).length === replies);
      await approve(earshot, await answerable(earshot));
      await eventually('every reply being sent', aheadMs + replies * everyMs + 60_000, async () => (await latenessOf(earshot)).length === replies);
      const late = [...(await latenessOf(earshot))].sort((one, other) => one - other);
      const [p95, reference] = [late[Math.ceil(late.length * 0.95) - 1] ?? Number.NaN, await bareWrite(earshot)];
      done(atMost(barMs, {
        name: 'sending', unit: 'ms', value: p95, reference, ratio: p95 / reference,
        note: `from when a reply is due to the call of its responder, p95 of ${replies}, while 10 posts a second are heard; median ${median(late).toFixed(0)}, longest ${(late.at(-1) ?? Number.NaN).toFixed(0)}; reference: one committed write of one row`,
      }));
    });
