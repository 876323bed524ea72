import { newId } from '@earshot/core/database';
import type { Client } from 'pg';

/** A library called Ashford with the system actor by which the terminal acts there. Answers with its id. */
export const foundLibrary = async (owner: Pick<Client, 'query'>): Promise<string> => {
  const [library, system] = [newId(), newId()];
  await owner.query('insert into library(id, root_id, kind, name, handle) values ($1, $1, $2, $3, $4)', [library, 'library', 'Ashford', 'ashford']);
  await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
  await owner.query('insert into system_actor(actor_id, library_id) values ($1, $2)', [system, library]);
  await owner.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'librarian')`, [system, library]);
  return library;
};
