import { Injectable } from '@nestjs/common';
import { inGroups, inOrder, type RequestContext } from '../graphql/index.js';
import { Permissions, type Role } from '../staff/index.js';
import { LibrariesRepository, type LibraryRow, type PlaceRow } from './libraries.repository.js';
import { LibraryModel } from './models/library.model.js';

const keys = { library: Symbol('library'), children: Symbol('children'), places: Symbol('places'), role: Symbol('role') };

/** Libraries that answers point at, a statement for each kind of edge and request. */
@Injectable()
export class LibraryLoader {
  constructor(private readonly libraries: LibrariesRepository, private readonly permissions: Permissions) {}

  /** Null where it is of a tree that the reader has no role in. */
  async library(request: RequestContext, id: string | null): Promise<LibraryModel | null> {
    if (id === null) return null;
    const row = await request
      .loader<string, LibraryRow | undefined>(keys.library, async (ids) => inOrder(ids, await this.libraries.byIds(request.reads, ids), (found) => found.id))
      .load(id);
    return row === undefined ? null : LibraryModel.fromRow(row);
  }

  async children(request: RequestContext, id: string): Promise<LibraryModel[]> {
    const rows = await request
      .loader<string, readonly LibraryRow[]>(keys.children, async (ids) => inGroups<string | null, LibraryRow>(ids, await this.libraries.childrenOf(request.reads, ids), (row) => row.parentId))
      .load(id);
    return rows.map(LibraryModel.fromRow);
  }

  places(request: RequestContext, libraryId: string): Promise<readonly PlaceRow[]> {
    return request
      .loader<string, readonly PlaceRow[]>(keys.places, async (ids) => inGroups(ids, await this.libraries.placesOf(request.reads, ids), (row) => row.libraryId))
      .load(libraryId);
  }

  role(request: RequestContext, libraryId: string): Promise<Role | undefined> {
    return request.loader<string, Role | undefined>(keys.role, (ids) => this.permissions.rolesAt(request.reads, request.actor, ids)).load(libraryId);
  }
}
