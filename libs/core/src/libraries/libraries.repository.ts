import { Injectable } from '@nestjs/common';
import { newId } from '../database/index.js';
import type { Queryable } from '../staff/index.js';

export type LibraryKind = 'consortium' | 'library' | 'branch';
export type PlaceKind = 'name' | 'alias' | 'postcode' | 'hashtag';

export interface LibraryRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly rootId: string;
  readonly kind: LibraryKind;
  readonly name: string;
  readonly handle: string;
  readonly languages: readonly string[];
  readonly timeZone: string;
  readonly createdAt: Date;
}

export interface PlaceRow {
  readonly id: string;
  readonly libraryId: string;
  readonly kind: PlaceKind;
  readonly value: string;
}

export interface NewLibrary {
  readonly parentId: string;
  readonly kind: LibraryKind;
  readonly name: string;
  readonly handle: string;
  readonly languages: readonly string[];
  readonly timeZone: string;
}

export const libraryColumns = `l.id, l.parent_id as "parentId", l.root_id as "rootId", l.kind, l.name, l.handle, l.languages, l.time_zone as "timeZone", l.created_at as "createdAt"`;
const placeColumns = `id, library_id as "libraryId", kind, value`;

/** Libraries of the trees that the reader has a role in, and the places that they serve. */
@Injectable()
export class LibrariesRepository {
  byIds(reads: Queryable, ids: readonly string[]): Promise<LibraryRow[]> {
    return reads.query<LibraryRow>(`select ${libraryColumns} from library l where l.id = any($1::uuid[])`, [ids]);
  }

  childrenOf(reads: Queryable, parentIds: readonly string[]): Promise<LibraryRow[]> {
    return reads.query<LibraryRow>(`select ${libraryColumns} from library l where l.parent_id = any($1::uuid[]) order by l.name, l.id`, [parentIds]);
  }

  /** Those at which the actor has a role, given there or above. */
  ofActor<Row extends LibraryRow>(reads: Queryable, parameters: readonly unknown[], tail: { readonly select: string; readonly after: string; readonly orderBy: string; readonly limit: number }): Promise<Row[]> {
    return reads.query<Row>(
      `select ${libraryColumns}, ${tail.select} from actor_scope s join library l on l.id = s.library_id
       where s.actor_id = $1 ${tail.after} ${tail.orderBy} limit ${tail.limit}`,
      parameters,
    );
  }

  placesOf(reads: Queryable, libraryIds: readonly string[]): Promise<PlaceRow[]> {
    return reads.query<PlaceRow>(`select ${placeColumns} from service_area where library_id = any($1::uuid[]) order by kind, lower(value), id`, [libraryIds]);
  }

  /** A library with its system actor, which jobs act as. Roles given above reach it at once. */
  async found(tx: Queryable, { parentId, kind, name, handle, languages, timeZone }: NewLibrary): Promise<string> {
    const [id, system] = [newId(), newId()];
    await tx.query(
      `insert into library(id, parent_id, root_id, kind, name, handle, languages, time_zone)
       select $1, p.id, p.root_id, $3, $4, $5, $6, $7 from library p where p.id = $2`,
      [id, parentId, kind, name, handle, languages, timeZone],
    );
    await tx.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
    await tx.query('insert into system_actor(actor_id, library_id) values ($1, $2)', [system, id]);
    await tx.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'librarian')`, [system, id]);
    return id;
  }

  async update(tx: Queryable, id: string, { name, languages, timeZone }: Partial<Pick<LibraryRow, 'name' | 'languages' | 'timeZone'>>): Promise<void> {
    await tx.query('update library set name = coalesce($2, name), languages = coalesce($3, languages), time_zone = coalesce($4, time_zone) where id = $1', [
      id, name ?? null, languages ?? null, timeZone ?? null,
    ]);
  }

  async countPlaces(tx: Queryable, libraryId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>('select count(*)::int as count from service_area where library_id = $1', [libraryId]);
    return row?.count ?? 0;
  }

  /** @returns how many are new. */
  async addPlaces(tx: Queryable, libraryId: string, places: readonly Pick<PlaceRow, 'kind' | 'value'>[]): Promise<number> {
    const rows = await tx.query(
      `insert into service_area(id, library_id, kind, value) select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
       on conflict (library_id, kind, value) do nothing returning id`,
      [places.map(newId), places.map(() => libraryId), places.map(({ kind }) => kind), places.map(({ value }) => value)],
    );
    return rows.length;
  }

  /** @returns how many there were. */
  async removePlaces(tx: Queryable, libraryId: string, ids: readonly string[]): Promise<number> {
    return (await tx.query('delete from service_area where library_id = $1 and id = any($2::uuid[]) returning id', [libraryId, ids])).length;
  }
}
