import { Injectable } from '@nestjs/common';
import { inOrder, type RequestContext } from '../graphql/index.js';
import type { FollowListRow, FollowRow } from './follow.row.js';
import { FollowsRepository } from './follows.repository.js';

const [followKey, listKey, sizeKey] = [Symbol('follow'), Symbol('follow list'), Symbol('size of a follow list')];

/** Follows and lists by id, also those that ended: what was heard names them. */
@Injectable()
export class FollowLoaders {
  constructor(private readonly follows: FollowsRepository) {}

  byId(request: RequestContext, id: string): Promise<FollowRow | undefined> {
    return request.loader<string, FollowRow | undefined>(followKey, async (ids) => inOrder(ids, await this.follows.followsByIds(request.reads, ids), (row) => row.id)).load(id);
  }

  list(request: RequestContext, id: string): Promise<FollowListRow | undefined> {
    return request.loader<string, FollowListRow | undefined>(listKey, async (ids) => inOrder(ids, await this.follows.listsByIds(request.reads, ids), (row) => row.id)).load(id);
  }

  size(request: RequestContext, listId: string): Promise<number> {
    const sizes = async (ids: readonly string[]): Promise<readonly number[]> => {
      const found = await this.follows.sizes(request.reads, ids);
      return ids.map((id) => found.get(id) ?? 0);
    };
    return request.loader<string, number>(sizeKey, sizes).load(listId);
  }
}
