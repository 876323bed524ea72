import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../frame/kind.ts';
import { jobsAreDone } from '../checks/jobs.ts';
import { expectWhole, untilHeard } from '../scene/recovery.ts';
import { townOf } from '../scene/town.ts';
import { adviceIsRight, askAdvisors } from './killed-at-jobs.ts';

/** A process that is stopped in the middle of jobs that ask advisors, until another was given them and did them; then it goes on with what it had begun. */
export const pausedAtJobs: Kind = {
  name: 'paused-at-jobs',
  run: async (round) => {
    const { draw } = round;
    const town = await townOf(round, { posts: 80 });
    const { installation, farSide } = town;
    const sleeper = await installation.start();
    await untilHeard(town);
    const [count, step, ms] = [draw.int(4, 10), draw.int(3, 25), draw.int(0, 60)];
    const reached = new Promise<void>((resolve) => { farSide.onAdvice = (now) => (now === step ? resolve() : undefined); });
    const needs = await askAdvisors(town, sleeper, count);
    await Promise.race([reached, sleep(10_000)]);
    await sleep(ms);
    sleeper.child.kill('SIGSTOP');
    const begun = farSide.advising.filter(({ ended }) => ended === undefined).length;
    round.did(`stopped ${ms} ms after step ${step} of ${needs.length} jobs, with ${begun} begun`);
    // The half minute after which they are taken from whoever is silent: before anybody else has one.
    await installation.query(`update pgboss.job set heartbeat_on = now() - interval '10 minutes' where state = 'active' and heartbeat_on is not null`);
    await installation.start();
    await adviceIsRight(round, town, needs);
    await jobsAreDone(installation, 120_000);
    sleeper.child.kill('SIGCONT');
    round.did('woke it');
    const again = needs.filter((need) => farSide.advising.filter((each) => each.need === need).length > 1).length;
    round.saw(`${needs.length} jobs, of which ${again} were begun again`);
    await expectWhole(round, town);
    await adviceIsRight(round, town, needs);
  },
};
