import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import type { Kind } from '../frame/kind.ts';
import { Installation } from '../scene/installation.ts';

/** The schema as the drift gate lists it. */
const listing = readFileSync(new URL('../../../libs/core/src/database/catalogue.sql', import.meta.url), 'utf8');

const schemaOf = async (installation: Installation): Promise<readonly string[]> => (await installation.query<{ text: string }>(listing)).map(({ text }) => text);
const queueOf = async (installation: Installation): Promise<readonly string[]> =>
  (await installation.query<{ text: string }>(`select table_name || '.' || column_name || ' ' || data_type as text from information_schema.columns where table_schema = 'pgboss' order by 1`)).map(({ text }) => text);

/** kill -9 of processes that bring an empty database to the schema, one or two at once; the next makes it whole, as if nothing had been. */
export const killedMigrating: Kind = {
  name: 'killed-migrating',
  run: async (round) => {
    const { draw } = round;
    const cluster = await round.cluster();
    const [empty, whole] = [await cluster.empty(), await cluster.fresh()];
    round.afterwards(() => cluster.drop(empty));
    round.afterwards(() => cluster.drop(whole));
    const installation = await Installation.open(round, cluster.target(empty));
    const times = draw.int(1, 3);
    for (let time = 0; time < times; time++) {
      const migrating = Array.from({ length: draw.int(1, 2) }, () => installation.run(['migrate']));
      // From the moment at which one of them is in the database.
      await eventually('somebody migrating', async () => {
        const [row] = await installation.query<{ there: boolean }>(`select exists (select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as there`);
        return row?.there === true || migrating.some(({ child }) => child.exitCode !== null) || undefined;
      });
      const ms = draw.int(0, 900);
      await sleep(ms);
      for (const each of migrating) await each.kill();
      round.did(`kill -9 of ${migrating.length === 1 ? 'one' : 'two'} ${ms} ms into a migration`);
    }
    const last = installation.run(['migrate']);
    const code = await last.end();
    if (code !== 0) round.wrong(`the last migration ended with ${code}: ${last.said}`);
    const earshot = await installation.start();
    earshot.interrupt();
    if ((await earshot.end()) !== 0) round.wrong('what was migrated does not start and stop');
    const other = await Installation.open(round, cluster.target(whole));
    const [mine, theirs] = [[...(await schemaOf(installation)), ...(await queueOf(installation))], [...(await schemaOf(other)), ...(await queueOf(other))]];
    round.saw(`${mine.length} lines of schema`);
    const [here, there] = [new Set(mine), new Set(theirs)];
    round.wrong(...mine.filter((line) => !there.has(line)).map((line) => `only where it was killed: ${line}`), ...theirs.filter((line) => !here.has(line)).map((line) => `missing: ${line}`));
  },
};
