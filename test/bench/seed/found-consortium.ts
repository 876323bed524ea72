import { createHash, randomBytes } from 'node:crypto';
import { newId } from '@earshot/core/database';
import type { Client } from 'pg';

/** Somebody who is signed in. */
export interface Colleague {
  readonly actor: string;
  /** Where their role is. */
  readonly library: string;
  readonly cookie: string;
}

export interface Consortium {
  readonly root: string;
  readonly libraries: readonly string[];
  /** One who sees all libraries. */
  readonly desk: Colleague;
  /** Librarians of the libraries, in turn. */
  readonly staff: readonly Colleague[];
}

const library = async (owner: Client, n: number, parent?: string): Promise<string> => {
  const [id, system] = [newId(), newId()];
  await owner.query(`insert into library(id, parent_id, root_id, kind, name, handle) values ($1, $2, coalesce($2::uuid, $1::uuid), $3, $4, $5)`, [id, parent, parent === undefined ? 'consortium' : 'library', `Library ${n}`, `bench-${n}`]);
  await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
  await owner.query(`insert into system_actor(actor_id, library_id) values ($1, $2)`, [system, id]);
  await owner.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'librarian')`, [system, id]);
  return id;
};

const signIn = async (owner: Client, libraries: readonly string[]): Promise<readonly Colleague[]> => {
  const people = libraries.map((at) => ({ actor: newId(), session: newId(), library: at, secret: randomBytes(32).toString('base64url') }));
  const actors = people.map(({ actor }) => actor);
  await owner.query(`insert into actor(id, kind) select unnest($1::uuid[]), 'person'`, [actors]);
  await owner.query(`insert into person(actor_id, email, name) select id, id || '@bench.example', 'Librarian ' || n from unnest($1::uuid[]) with ordinality as p(id, n)`, [actors]);
  await owner.query(`insert into actor_role(actor_id, library_id, role) select *, 'librarian' from unnest($1::uuid[], $2::uuid[])`, [actors, libraries]);
  await owner.query(`insert into session(id, actor_id, hash, expires_at) select *, now() + interval '12 hours' from unnest($1::uuid[], $2::uuid[], $3::bytea[])`, [
    people.map(({ session }) => session), actors, people.map(({ secret }) => createHash('sha256').update(secret).digest()),
  ]);
  return people.map(({ actor, library: at, secret }) => ({ actor, library: at, cookie: `earshot=${secret}` }));
};

/** A consortium with so many libraries below it, and people at work in them. */
export const foundConsortium = async (owner: Client, sizes: { readonly libraries: number; readonly staff: number }): Promise<Consortium> => {
  const root = await library(owner, 0);
  const libraries: string[] = [];
  for (let n = 1; n <= sizes.libraries; n += 1) libraries.push(await library(owner, n, root));
  const [desk, ...staff] = await signIn(owner, [root, ...Array.from({ length: sizes.staff }, (_, n) => libraries[n % libraries.length] as string)]);
  return { root, libraries, desk: desk as Colleague, staff };
};
