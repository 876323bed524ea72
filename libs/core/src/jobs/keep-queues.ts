import type { PgBoss, Queue } from 'pg-boss';
import type { ActsFor, JobKind } from './job-kind.js';

type Kinds = readonly JobKind<object, ActsFor>[];

/** How long a finished job can still be looked at, and how long one waits before it is given up. */
const [keptDays, waitsDays] = [7, 30];
const daySeconds = 86_400;

const settingsOf = (kind: JobKind<object, ActsFor>, heartbeatSeconds: number): Omit<Queue, 'name'> => ({
  policy: kind.alone === true ? 'exclusive' : 'standard',
  notify: true,
  expireInSeconds: kind.deadlineSeconds,
  heartbeatSeconds,
  retryLimit: kind.retry.times, retryDelay: kind.retry.firstSeconds, retryDelayMax: kind.retry.longestSeconds, retryBackoff: true,
  deleteAfterSeconds: keptDays * daySeconds, retentionSeconds: waitsDays * daySeconds,
});

/** Brings the stored queue of each kind to what the kind declares. Every process does so at its start; nothing is written where nothing differs. */
export const keepQueues = async (boss: PgBoss, kinds: Kinds, heartbeatSeconds: number): Promise<void> => {
  const stored = new Map((await boss.getQueues()).map((queue) => [queue.name, queue as unknown as Record<string, unknown>]));
  for (const kind of kinds) {
    const settings = settingsOf(kind, heartbeatSeconds);
    const queue = stored.get(kind.name);
    if (queue === undefined) await boss.createQueue(kind.name, settings);
    else if (Object.entries(settings).some(([setting, value]) => setting !== 'policy' && queue[setting] !== value)) {
      const { policy: _, ...changeable } = settings;
      await boss.updateQueue(kind.name, changeable);
    }
  }
};

/** Schedules what is to be scheduled, and forgets what an older version scheduled. */
export const keepSchedules = async (boss: PgBoss, kinds: Kinds): Promise<void> => {
  const wanted = new Map(kinds.flatMap((kind) => (kind.schedule === undefined ? [] : [[kind.name, kind.schedule] as const])));
  for (const { name } of await boss.getSchedules()) if (!wanted.has(name)) await boss.unschedule(name);
  for (const [name, cron] of wanted) await boss.schedule(name, cron, {}, { tz: 'UTC', missed: 'once' });
};
