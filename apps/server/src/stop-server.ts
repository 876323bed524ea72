import type { Server } from 'node:http';
import type { Database } from '@earshot/core/database';
import { Readiness } from '@earshot/core/health';
import { JobQueue } from '@earshot/core/jobs';
import type { Logger } from '@earshot/core/logging';
import { ChannelRunner } from '@earshot/core/plugins';
import { PushCourier } from '@earshot/core/notices';
import { Outbox } from '@earshot/core/replies';
import { WebhookCourier } from '@earshot/core/webhooks';
import type { INestApplication } from '@nestjs/common';
import type { StartedDatabase } from './start-database.js';

/** What is under way has so long; whoever waits for us to end (systemd: 90 s, containers: often 10 to 30) sees it done, or told of. */
const finishMs = 20_000;
/** Connections that are still at something by then are given so long to break. */
const breakMs = 2_000;

export interface Parts {
  readonly app: INestApplication | undefined;
  readonly database: Database | undefined;
  readonly started: Pick<StartedDatabase, 'stop'>;
  readonly log: Logger;
}

/** How the stop went: `cut` where something was still under way at its end. Nothing of that is lost: its lease runs out, and it is gone on with. */
export interface Stopped {
  readonly cut: boolean;
}

/**
 * Stops in order: not ready, and nothing new is taken; requests are answered, subscriptions closed, what is sent is finished, batches are stored, leases and
 * jobs given back; then the database. Each part is stopped even where one before it failed; the first failure is what the caller hears.
 */
export const stopServer = async ({ app, database, started, log }: Parts, withinMs = finishMs): Promise<Stopped> => {
  const failures: unknown[] = [];
  const part = async (work: () => Promise<unknown> | undefined): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
    }
  };
  let cut = false;
  await part(async () => {
    if (app !== undefined) cut = !(await isWithin(withinMs, finish(app)));
    if (app !== undefined && cut) await cutOff(app, log, withinMs);
  });
  await part(async () => {
    if (database !== undefined) cut = !(await isWithin(cut ? breakMs : withinMs, database.close())) || cut;
  });
  await part(() => started.stop());
  if (failures.length > 0) throw failures[0];
  return { cut };
};

/** All at once: each takes nothing more from now on, and the one that is slow holds up no other. */
const finish = async (app: INestApplication): Promise<void> => {
  app.get(Readiness).stopping();
  const ended = await Promise.allSettled([app.get(ChannelRunner).stop(), app.get(Outbox).stop(), app.get(WebhookCourier).stop(), app.get(PushCourier).stop(), app.close()]);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
};

const cutOff = async (app: INestApplication, log: Logger, withinMs: number): Promise<void> => {
  const server = app.getHttpServer() as Server;
  const requests = await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count ?? 0)));
  log.warn('Not everything was done in time: it is cut, and gone on with by another process, or by the next start', {
    seconds: withinMs / 1_000, channels: app.get(ChannelRunner).reading, replies: app.get(Outbox).sending, jobs: app.get(JobQueue).running, connections: requests,
  });
  server.closeAllConnections();
};

const isWithin = async (ms: number, work: Promise<void>): Promise<boolean> => {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
};
