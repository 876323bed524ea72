import { Injectable } from '@nestjs/common';
import { inOrder, type RequestContext } from '../graphql/index.js';
import type { ProfileRow } from './post.row.js';
import { ProfilesRepository } from './profiles.repository.js';

const profileKey = Symbol('profile');

/** Profiles, asked for in one statement for all that are wanted. */
@Injectable()
export class ProfileLoaders {
  constructor(private readonly profiles: ProfilesRepository) {}

  byId(request: RequestContext, id: string): Promise<ProfileRow | undefined> {
    return request.loader<string, ProfileRow | undefined>(profileKey, async (ids) => inOrder(ids, await this.profiles.byIds(request.reads, ids), (row) => row.id)).load(id);
  }
}
