import { Injectable } from '@nestjs/common';
import { inGroups, type RequestContext } from '../graphql/index.js';
import type { StopRow } from './stop.row.js';
import { StopsRepository } from './stops.repository.js';

const key = Symbol('stops by library');

@Injectable()
export class StopLoader {
  constructor(private readonly stops: StopsRepository) {}

  /** What is stopped for this library, the widest first. */
  of(request: RequestContext, libraryId: string): Promise<readonly StopRow[]> {
    return request.loader<string, readonly StopRow[]>(key, async (ids) => inGroups(ids, await this.stops.holding(request.reads, ids), (row) => row.forId)).load(libraryId);
  }
}
