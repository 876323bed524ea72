import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Actor, Audit, type Needed, Permissions } from '../staff/index.js';
import { LibrariesRepository } from './libraries.repository.js';
import { changeInput, foundingInput, type LibraryChange, type LibraryFounding, placeLimit, placesInput, type PlaceWish } from './library.input.js';

const administering: Needed = { scope: 'administer', role: 'administrator' };
const uniqueViolation = '23505';

/** Somebody has this handle: a library of this tree, or of another one that the caller does not see. */
export class HandleTaken extends PlatformError {
  constructor(cause: unknown) {
    super('CONFLICT', 'Another library has this handle.', 'handle', { cause });
  }
}

/** The tree of libraries and the places that they serve. Administrators' work, each piece in one transaction with its entry in the audit log and its hint. */
@Injectable()
export class LibrariesService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly libraries: LibrariesRepository,
    private readonly audit: Audit,
  ) {}

  /** Founds a library below another. @returns its id. @throws HandleTaken; PlatformError BAD_INPUT below a branch */
  async found(actor: Actor, parentId: string, wish: LibraryFounding): Promise<string> {
    const checked = foundingInput.parse(wish);
    return this.change(actor, parentId, async (tx) => {
      const [parent] = await this.libraries.byIds(tx, [parentId]);
      if (parent?.kind === 'branch') throw new PlatformError('BAD_INPUT', 'A branch has nothing below it.', 'parentId');
      if (checked.kind === 'branch' && parent?.kind === 'consortium') throw new PlatformError('BAD_INPUT', 'A branch belongs to a library, not to a consortium.', 'kind');
      try {
        const id = await this.libraries.found(tx, { ...checked, parentId });
        await this.record(tx, actor, id, 'library.founded');
        return id;
      } catch (error) {
        throw (error as { code?: string }).code === uniqueViolation ? new HandleTaken(error) : error;
      }
    });
  }

  async update(actor: Actor, libraryId: string, wish: LibraryChange): Promise<void> {
    const checked = changeInput.parse(wish);
    await this.change(actor, libraryId, async (tx) => {
      await this.libraries.update(tx, libraryId, {
        ...(checked.name === undefined ? {} : { name: checked.name }),
        ...(checked.languages === undefined ? {} : { languages: checked.languages }),
        ...(checked.timeZone === undefined ? {} : { timeZone: checked.timeZone }),
      });
      await this.record(tx, actor, libraryId, 'library.changed', { fields: Object.keys(checked) });
    });
  }

  /** Adds and removes places that a library serves; those it has already, or has not, are no mistake. @throws PlatformError BAD_INPUT past the limit */
  async changeServiceArea(actor: Actor, libraryId: string, add: readonly PlaceWish[], removeIds: readonly string[]): Promise<void> {
    const places = placesInput.parse(add);
    await this.change(actor, libraryId, async (tx) => {
      const removed = await this.libraries.removePlaces(tx, libraryId, removeIds);
      const added = await this.libraries.addPlaces(tx, libraryId, places);
      if ((await this.libraries.countPlaces(tx, libraryId)) > placeLimit) throw new PlatformError('BAD_INPUT', `A library serves at most ${placeLimit} places.`, 'add');
      if (added + removed > 0) await this.record(tx, actor, libraryId, 'library.service-area-changed', { added, removed });
    });
  }

  private change<T>(actor: Actor, libraryId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, administering);
      return work(tx);
    });
  }

  private async record(tx: Tx, actor: Actor, libraryId: string, action: string, detail: Readonly<Record<string, number | readonly string[]>> = {}): Promise<void> {
    await this.audit.record(tx, { libraryId, actorId: actor.id, action, subjectKind: 'library', subjectId: libraryId, detail });
    tx.hint({ kind: 'library', id: libraryId, library: libraryId });
  }
}
