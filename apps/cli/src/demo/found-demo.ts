import { randomBytes } from 'node:crypto';
import { newId, ownersTransaction } from '@earshot/core/database';
import { type Role, StaffAdministration } from '@earshot/core/staff';
import { ashford } from '@earshot/plugin-practice/town';
import type { Client } from 'pg';

/** The demonstration's way in, as printed. Its password is made anew at every start. */
export interface DemoSignIn {
  readonly email: string;
  readonly password: string;
}

const handle = 'larch-county';
const administrator = { email: 'demo@larch-county.example', name: 'Dana Demo', role: 'administrator' as Role };

/** A thousand minutes of the town pass in one of ours, and a week of its fortnight is over at the beginning: there is something to read at once. */
const settings = { speed: 1_000, passed: 'P7D' };

/** A consortium of three libraries that follows the practice town. Made once; a demonstration that runs again finds it. */
export const foundDemo = async (owner: Client): Promise<void> => {
  const { rowCount } = await owner.query('select 1 from library where handle = $1', [handle]);
  if (rowCount !== 0) return;
  await ownersTransaction(owner, () => found(owner));
};

/** Lets the demonstration's administrator in. */
export const demoSignIn = async (owner: Client): Promise<DemoSignIn> => {
  const staff = new StaffAdministration(owner);
  const password = randomBytes(12).toString('base64url');
  if ((await staff.list()).some((person) => person.email === administrator.email)) await staff.password(administrator.email, password);
  else await staff.add({ ...administrator, library: handle, password });
  return { email: administrator.email, password };
};

/** The consortium of the demonstration: what is given at the command line is followed in its name. */
export const demoConsortium = async (owner: Client): Promise<string> =>
  (await owner.query<{ id: string }>('select id from library where handle = $1', [handle])).rows[0]?.id ?? '';

const found = async (owner: Client): Promise<void> => {
  const consortium = await library(owner, { name: 'Larch County Libraries', handle, kind: 'consortium', places: [] });
  const town = await library(owner, { name: 'Ashford Public Library', handle: 'ashford', kind: 'library', parent: consortium, places: ['Ashford', 'Eastside', 'the Flats', 'Mill Hill', 'Old Quay'] });
  await library(owner, { name: 'Riverside Branch', handle: 'riverside', kind: 'branch', parent: town, places: ['Riverside Park', 'Riverside'] });
  await library(owner, { name: 'Millbrook Library', handle: 'millbrook', kind: 'library', parent: consortium, places: ['Millbrook', 'Tolland Springs'] });
  const [account, list] = [newId(), newId()];
  await owner.query(`insert into account(id, library_id, plugin, name, settings) values ($1, $2, 'practice', 'The practice town', $3)`, [account, consortium, settings]);
  await owner.query(`insert into follow_list(id, library_id, name, description) values ($1, $2, 'Ashford', 'Who speaks for the town: shops, clubs, papers and the council.')`, [list, consortium]);
  const follow = (kind: string, key: string, label: string, reason: string, category: string): Promise<unknown> =>
    owner.query(
      `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, review_on) values ($1, $2, $3, $4, $5, 'practice', $6, $7, $8, $9, current_date + 365)`,
      [newId(), consortium, list, account, kind, key, label, reason, category],
    );
  await follow('hashtag', 'ashford', '#ashford', "the town's own hashtag", 'other');
  for (const person of (await ashford()).people.values())
    if (person.followed) await follow('profile', person.id, `${person.name} (${person.handle})`, person.reason ?? 'part of the town', person.kind);
};

interface NewLibrary { readonly name: string; readonly handle: string; readonly kind: string; readonly parent?: string; readonly places: readonly string[] }

const library = async (owner: Client, told: NewLibrary): Promise<string> => {
  const [id, system] = [newId(), newId()];
  await owner.query(
    `insert into library(id, parent_id, root_id, kind, name, handle, languages) values ($1, $2, coalesce((select root_id from library where id = $2), $1), $3, $4, $5, '{en,es,fr}')`,
    [id, told.parent ?? null, told.kind, told.name, told.handle],
  );
  await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
  await owner.query('insert into system_actor(actor_id, library_id) values ($1, $2)', [system, id]);
  await owner.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'librarian')`, [system, id]);
  for (const place of told.places) await owner.query(`insert into service_area(id, library_id, kind, value) values ($1, $2, 'name', $3)`, [newId(), id, place]);
  return id;
};
