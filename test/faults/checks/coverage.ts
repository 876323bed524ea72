import type { Client } from 'pg';
import { type Missed, readingOf } from '../network/far-side.ts';
import type { Town } from '../scene/town.ts';

interface Covered {
  readonly account_id: string;
  readonly key: string;
  readonly from: number | null;
  readonly until: number | null;
  readonly gaps: readonly { readonly from: number | null; readonly to: number; readonly state: string }[];
}

/** Nothing is said to be heard that was not told, by the clock of whoever told it; and what was never told has a gap. */
export const coverageIsTrue = async (client: Client, { listeners, farSide }: Town, cursors: ReadonlyMap<string, ReadonlyMap<number, number>>): Promise<string[]> => {
  const { rows } = await client.query<Covered>(`
    select c.account_id, c.key, extract(epoch from c.heard_from)::float8 * 1000 as from, extract(epoch from c.heard_until)::float8 * 1000 as until,
      (select coalesce(json_agg(json_build_object('from', extract(epoch from g.gap_from)::float8 * 1000, 'to', extract(epoch from g.gap_to)::float8 * 1000, 'state', g.state)), '[]') from coverage_gap g where g.channel_id = c.id) as gaps
    from channel c where c.removed_at is null`);
  return rows.flatMap(({ account_id, key, from, until, gaps }) => {
    const name = listeners.find(({ accountId }) => accountId === account_id)?.name ?? '';
    const of = readingOf(name, Number(key));
    const missed: Missed | undefined = farSide.missed.find((each) => each.of === of);
    const at = cursors.get(name)?.get(Number(key)) ?? 0;
    const told = farSide.heardUntil(of, at);
    const wrongs: string[] = [];
    if (until !== null && until > told + 1) wrongs.push(`${of} says that it heard everything until ${new Date(until).toISOString()}; what it stored reaches until ${new Date(told).toISOString()}`);
    if (from !== null && until !== null && from > until) wrongs.push(`${of} heard from later than it heard until`);
    // As soon as it reads on behind the stretch, something must stand for it.
    if (missed !== undefined && at >= missed.end && missed.end > missed.begin && !gaps.some((gap) => (gap.from ?? 0) <= missed.from + 1 && gap.to >= missed.to - 1))
      wrongs.push(`${of} was never told events ${missed.begin} to ${missed.end}, and no gap says so`);
    return wrongs;
  });
};

/** What was missed and is said to be brought in since, is there; nothing is left that nobody asked for. */
export const gapsAreFilled = async ({ installation, farSide }: Town): Promise<readonly string[]> => {
  const there = new Set((await installation.query<{ id: string }>(`select remote_id as id from post where network = 'faults' and known`)).map(({ id }) => id));
  const gaps = await installation.query<{ state: string; words: string | null; why: string }>('select state, words, why from coverage_gap');
  const missing = farSide.missed.flatMap(({ of, begin, end }) => {
    const events = farSide.script[Number(of.split('/')[1])] ?? [];
    const missed = new Set(events.slice(begin, end).map(({ id }) => id));
    return [...missed].filter((id) => events.findLast((event) => event.id === id)?.what === 'said' && !there.has(id)).map((id) => `${id} was missed by ${of}, and was not brought in afterwards`);
  });
  return [...gaps.filter(({ state }) => state !== 'closed').map(({ state, words, why }) => `a gap (${why}) is ${state}: ${words ?? ''}`), ...missing];
};
