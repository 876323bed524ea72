import { newId } from '@earshot/core/database';
import type { Client } from 'pg';

/** A library of this name with the system actor by which the terminal acts there. Answers with its id. */
export const foundLibrary = async (owner: Pick<Client, 'query'>, name = 'Ashford'): Promise<string> => {
  const [library, system] = [newId(), newId()];
  await owner.query('insert into library(id, root_id, kind, name, handle) values ($1, $1, $2, $3, $4)', [library, 'library', name, name.toLowerCase()]);
  await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
  await owner.query('insert into system_actor(actor_id, library_id) values ($1, $2)', [system, library]);
  await owner.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'librarian')`, [system, library]);
  return library;
};

/** That library follows a practice town that begins now and talks fast: it has something new in every second. */
export const followTown = async (owner: Pick<Client, 'query'>, library: string, name = 'The town'): Promise<void> => {
  const [account, list] = [newId(), newId()];
  await owner.query(`insert into account(id, library_id, plugin, name, settings) values ($1, $2, 'practice', $3, '{"speed": 1000, "passed": "P7D"}')`, [account, library, name]);
  await owner.query('insert into follow_list(id, library_id, name) values ($1, $2, $3)', [list, library, name]);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category) values ($1, $2, $3, $4, 'timeline', 'practice', 'town', 'The town', 'the town itself', 'other')`,
    [newId(), library, list, account],
  );
};
