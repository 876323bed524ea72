import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@earshot/core/database';
import type { EarshotProcess } from '../../e2e/earshot-process.ts';
import { eventually } from '../../support/eventually.ts';
import type { Kind } from '../frame/kind.ts';
import type { Round } from '../frame/round.ts';
import { booksFor } from '../network/far-side.ts';
import { expectWhole, timePasses, untilHeard } from '../scene/recovery.ts';
import { type Town, townOf } from '../scene/town.ts';

/** As the librarian's browser does it. @returns what each was asked for */
export const askAdvisors = async ({ installation, listeners }: Town, { said }: EarshotProcess, count: number): Promise<readonly string[]> => {
  const [{ libraryId, personId }] = listeners as [Town['listeners'][number]];
  const [url, text] = [/listens at (\S+)/.exec(said)?.[1], randomBytes(32).toString('base64url')];
  await installation.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), personId, createHash('sha256').update(text).digest()]);
  const conversations = await installation.query<{ id: string }>('select id from conversation where library_id = $1 and merged_into is null order by last_post_at limit $2', [libraryId, count]);
  return Promise.all(conversations.map(async ({ id }, n) => {
    const need = `books about subject ${n}`;
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json', 'x-earshot': '1', cookie: `earshot=${text}` },
      body: JSON.stringify({ query: 'mutation($id: ID!, $need: String) { askAdvisors(conversationId: $id, need: $need) { __typename } }', variables: { id, need } }),
    });
    const told = (await answer.json()) as { readonly errors?: unknown };
    if (told.errors !== undefined) throw new Error(JSON.stringify(told.errors));
    return need;
  }));
};

interface Advice {
  readonly need: string;
  readonly state: string;
  readonly suggestions: number;
  readonly different: number;
}

/** Once each is answered, with what there is for it, once. */
export const adviceIsRight = async (round: Round, { installation }: Town, needs: readonly string[]): Promise<void> => {
  await eventually('every advisor having answered', async () => {
    const [left] = await installation.query<{ asking: number }>(`select count(*)::int as asking from advice where state = 'asking'`);
    return left?.asking === 0 || undefined;
  }, 60_000);
  const advice = await installation.query<Advice>(`select a.need, a.state, count(s.id)::int as suggestions, count(distinct s.cite)::int as different from advice a left join suggestion s on s.advice_id = a.id where a.account_id is not null group by a.id`);
  round.wrong(...advice.filter((each) => each.state !== 'answered' || each.suggestions !== booksFor || each.different !== booksFor).map((each) => `${each.need} is ${each.state}, with ${each.suggestions} suggestions of which ${each.different} differ`));
  if (advice.length !== needs.length) round.wrong(`${needs.length} were asked for, and there are ${advice.length}`);
};

/** kill -9 of one or two processes that work, in the middle of jobs that ask advisors: each is done by somebody in the end, and none by two at once. */
export const killedAtJobs: Kind = {
  name: 'killed-at-jobs',
  run: async (round) => {
    const { draw } = round;
    const town = await townOf(round, { posts: 80 });
    const { installation, farSide } = town;
    const processes = [await installation.start('api,listen,work'), ...(draw.chance(0.4) ? [await installation.start('work')] : [])];
    await untilHeard(town);
    const [count, step, ms] = [draw.int(4, 10), draw.int(3, 25), draw.int(0, 60)];
    const reached = new Promise<void>((resolve) => { farSide.onAdvice = (now) => (now === step ? resolve() : undefined); });
    const needs = await askAdvisors(town, processes[0] as EarshotProcess, count);
    await Promise.race([reached, sleep(10_000)]);
    await sleep(ms);
    for (const each of processes) await each.kill();
    const dead = performance.now();
    round.did(`kill -9 of ${processes.length === 1 ? 'one who works' : 'two who work'} ${ms} ms after step ${step} of ${needs.length} jobs`);
    await timePasses(town);
    await Promise.all([installation.start(), installation.start('work')]);
    await adviceIsRight(round, town, needs);
    for (const need of needs) {
      const runs = farSide.advising.filter((each) => each.need === need);
      // Whoever was killed had what he was at for as long as he lived.
      const spans = runs.map(({ pid, begun, ended }) => ({ begun, ended: ended ?? (processes.some((each) => each.pid === pid) ? dead : Infinity) })).sort((a, b) => a.begun - b.begun);
      if (spans.some(({ begun }, n) => n > 0 && begun < (spans[n - 1]?.ended ?? 0))) round.wrong(`the job for ${need} ran twice at once`);
      if (runs.filter(({ begun, ended }) => begun > dead && ended !== undefined).length > 1) round.wrong(`the job for ${need} was done more than once`);
    }
    round.saw(`${needs.length} jobs, of which ${needs.filter((need) => farSide.advising.filter((each) => each.need === need).length > 1).length} were begun again`);
    await expectWhole(round, town);
  },
};
