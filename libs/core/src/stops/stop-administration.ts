import type { ClientBase } from 'pg';
import { newId, ownersQueries, ownersTransaction, tellHints } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { Audit, type Queryable } from '../staff/index.js';
import { stopInput } from './stop.input.js';
import type { StopKind, StopRow } from './stop.row.js';
import { StopsRepository } from './stops.repository.js';

/** Where: a library by its handle, or the whole installation. */
export type StopPlace = { readonly handle: string } | 'everywhere';

/** What `earshot stop` and `earshot resume` do, with the owner's connection: whoever holds that holds everything, so no role is asked for. */
export class StopAdministration {
  private readonly stops = new StopsRepository();
  private readonly audit = new Audit();
  private readonly query: Queryable;

  constructor(private readonly owner: ClientBase) {
    this.query = ownersQueries(owner);
  }

  /** @param wish.by the name of who sits at the machine. @throws PlatformError NOT_FOUND, BAD_INPUT */
  stop(place: StopPlace, wish: { readonly what: StopKind; readonly why: string; readonly by: string }): Promise<void> {
    const read = stopInput.safeParse({ what: wish.what, why: wish.why });
    if (!read.success) return Promise.reject(new PlatformError('BAD_INPUT', read.error.issues[0]?.message ?? 'Say what, and why.', 'why'));
    const { what, why } = read.data;
    return ownersTransaction(this.owner, async () => {
      const libraryId = await this.idOf(place);
      const recalled = await this.stops.stop(this.query, { id: newId(), libraryId, what, why, by: { id: null, name: wish.by.slice(0, 200) } });
      await this.record(libraryId, 'library.stopped', { what });
      await tellHints(this.query, recalled);
    });
  }

  /** @returns whether anything was stopped there. @throws PlatformError NOT_FOUND */
  resume(place: StopPlace): Promise<boolean> {
    return ownersTransaction(this.owner, async () => {
      const libraryId = await this.idOf(place);
      if (!(await this.stops.resume(this.query, libraryId, null))) return false;
      await this.record(libraryId, 'library.resumed', {});
      return true;
    });
  }

  /** Everything that is stopped now, with the handle of its library. */
  list(): Promise<readonly (StopRow & { readonly handle: string | null })[]> {
    return this.stops.all(this.query);
  }

  private async idOf(place: StopPlace): Promise<string | null> {
    if (place === 'everywhere') return null;
    const [row] = await this.query.query<{ id: string }>('select id from library where handle = $1', [place.handle]);
    if (row === undefined) throw new PlatformError('NOT_FOUND', `There is no library "${place.handle}": \`earshot staff list\` shows the handles.`, 'library');
    return row.id;
  }

  /** What holds everywhere stands in the log of each library at the top; whoever watches one of them, or all, is told to read again. */
  private async record(libraryId: string | null, action: string, detail: Readonly<Record<string, string>>): Promise<void> {
    const places = await this.query.query<{ id: string }>('select id from library where id = $1 or ($1::uuid is null and parent_id is null) order by id', [libraryId]);
    for (const { id } of places) await this.audit.record(this.query, { libraryId: id, actorId: undefined, action, subjectKind: 'library', subjectId: id, detail });
    await tellHints(this.query, places.map(({ id }) => ({ kind: 'library', id, library: id })));
  }
}
