import { deriveSecret } from '@earshot/core/config';
import { createRoles } from '@earshot/core/database';
import type { Client } from 'pg';
import { type OwnDatabase, openDatabase } from '../e2e/own-database.js';
import { fixtureKey, restoreFixture } from './fixtures.js';

/** A database for Earshots of several versions, as this release left it. */
export const openReleaseDatabase = async (release: string): Promise<OwnDatabase> => {
  const database = await openDatabase(fixtureKey);
  await createRoles(database.owner, (role) => deriveSecret(fixtureKey, `database-role/${role}`));
  await restoreFixture(database.postgres.adminConfig('earshot'), release);
  await ageWell(database.owner);
  return database;
};

/** As if it were of yesterday, whenever it was made: what waits is due, what is leased is free, and nothing of it is so old that it would be let go of. */
const ageWell = async (owner: Client): Promise<void> => {
  await owner.query(`
    insert into retention_policy(library_id, kind, days) select l.id, k.kind, 36525 from library l, unnest(array['context', 'no-need', 'need', 'sensitive', 'brought-in', 'answered', 'answered-words']) k(kind) where l.parent_id is null
      on conflict (library_id, kind) do update set days = excluded.days;
    update conversation set keep_until = null;
    update reply set due_at = due_at - interval '1 day', lease_until = lease_until - interval '1 day';
    update channel set lease_until = lease_until - interval '1 day'`);
};
