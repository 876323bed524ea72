import { Injectable } from '@nestjs/common';
import { inGroups, inOrder, type RequestContext } from '../../graphql/index.js';
import { type ActorRow, type GrantRow, type PersonRow, StaffReader } from '../staff.reader.js';
import { ActorModel } from './models/actor.model.js';
import { PersonModel } from './models/person.model.js';

const actorsKey = Symbol('actors');
const personsKey = Symbol('persons');
const grantsKey = Symbol('grants');

/** The actors, persons and roles that answers point at, a statement for each kind and request. */
@Injectable()
export class ActorLoader {
  constructor(private readonly reader: StaffReader) {}

  /** Null where the reader may not see them, or there was nobody. */
  async actor(request: RequestContext, id: string | null): Promise<ActorModel | null> {
    if (id === null) return null;
    const actors = request.loader<string, ActorRow | undefined>(actorsKey, async (ids) => inOrder(ids, await this.reader.actors(request.reads, ids), (row) => row.id));
    const row = await actors.load(id);
    return row === undefined ? null : ActorModel.fromRow(row);
  }

  async person(request: RequestContext, id: string): Promise<PersonModel | null> {
    const persons = request.loader<string, PersonRow | undefined>(personsKey, async (ids) => inOrder(ids, await this.reader.persons(request.reads, ids), (row) => row.id));
    const row = await persons.load(id);
    return row === undefined ? null : PersonModel.fromRow(row);
  }

  grants(request: RequestContext, actorId: string): Promise<readonly GrantRow[]> {
    return request
      .loader<string, readonly GrantRow[]>(grantsKey, async (ids) => inGroups(ids, await this.reader.grants(request.reads, ids), (row) => row.actorId))
      .load(actorId);
  }
}
