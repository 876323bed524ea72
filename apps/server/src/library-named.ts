import { PlatformError } from '@earshot/core/errors';
import type { Client } from 'pg';

/** A library, and its system actor, by which the terminal acts. */
export interface LibraryAt {
  readonly libraryId: string;
  readonly actorId: string;
}

/** @param handle undefined: any would have done */
export const noSuchLibrary = (handle: string | undefined): PlatformError =>
  new PlatformError('NOT_FOUND', handle === undefined ? 'There is no library yet: `earshot start` prints a link by which the first one is made.' : `There is no library with the handle "${handle}".`, 'library');

/** The library with this handle, or the only one there is. @throws PlatformError */
export const libraryNamed = async (owner: Client, handle: string | undefined): Promise<LibraryAt> => {
  const { rows } = await owner.query<LibraryAt & { readonly handle: string }>(
    'select l.id as "libraryId", s.actor_id as "actorId", l.handle from library l join system_actor s on s.library_id = l.id where $1::text is null or l.handle = lower($1) order by l.handle', [handle ?? null]);
  const [first, ...more] = rows;
  if (first === undefined) throw noSuchLibrary(handle);
  if (more.length > 0) throw new PlatformError('BAD_INPUT', `Say which library by --library: ${rows.map((row) => row.handle).join(', ')}.`, 'library');
  return first;
};
