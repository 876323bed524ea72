import { z } from 'zod';
import type { Database } from '../database/index.js';
import { type Jobs, defineJob } from '../jobs/index.js';
import type { PluginRegistry } from '../plugins/index.js';
import type { AskAuthorsAgain } from './ask-again.js';

/** A quarter of an hour apart, a bounded number of people each time: within the budgets of hosts, and never all at once. */
const askAgainJob = defineJob({
  name: 'listening.ask-again', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 300, retry: { times: 1, firstSeconds: 60, longestSeconds: 60 }, alone: true, schedule: '*/15 * * * *',
});

export const handleAskAgain = (jobs: Jobs, again: AskAuthorsAgain, database: Database, registry: PluginRegistry): void =>
  jobs.handle(askAgainJob, async () => {
    await again.sweep(async (network) => {
      const plugins = registry.plugins.filter((plugin) => plugin.source !== undefined && plugin.networks.includes(network)).map((plugin) => plugin.id);
      const [account] = await database.listening((tx) =>
        tx.query<{ id: string }>(`select id from account where plugin = any($1) and state = 'on' and removed_at is null and health not in ('failed', 'sign-in-again') and library_id not in (select stopped('listening')) order by created_at limit 1`, [plugins]));
      return account?.id;
    });
  });
