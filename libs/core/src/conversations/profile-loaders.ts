import { Injectable } from '@nestjs/common';
import { inGroups, inOrder, type RequestContext } from '../graphql/index.js';
import type { DoNotHearRow } from './do-not-hear.service.js';
import type { ProfileRow } from './post.row.js';
import { ProfilesRepository } from './profiles.repository.js';

const [profileKey, doNotHearKey] = [Symbol('profile'), Symbol('do not hear')];

/** Profiles and what hangs on them, each asked for in one statement for all that are wanted. */
@Injectable()
export class ProfileLoaders {
  constructor(private readonly profiles: ProfilesRepository) {}

  byId(request: RequestContext, id: string): Promise<ProfileRow | undefined> {
    return request.loader<string, ProfileRow | undefined>(profileKey, async (ids) => inOrder(ids, await this.profiles.byIds(request.reads, ids), (row) => row.id)).load(id);
  }

  /** Standing decisions of the reader's libraries and of those above them. */
  doNotHear(request: RequestContext, profileId: string): Promise<readonly DoNotHearRow[]> {
    return request
      .loader<string, readonly DoNotHearRow[]>(doNotHearKey, async (ids) => inGroups(ids, await this.profiles.doNotHear(request.reads, ids), (row) => row.profileId))
      .load(profileId);
  }
}
