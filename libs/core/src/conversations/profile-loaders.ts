import { Injectable } from '@nestjs/common';
import { inOrder, type RequestContext } from '../graphql/index.js';
import type { PostOf, ProfileRow } from './post.row.js';
import { ProfilesRepository } from './profiles.repository.js';

/** A post by its author. */
interface Written extends PostOf {
  readonly authorId: string;
}

const authorKey = Symbol('author');

/** Who wrote posts, asked for in one statement for all that are wanted. */
@Injectable()
export class ProfileLoaders {
  constructor(private readonly profiles: ProfilesRepository) {}

  author(request: RequestContext, post: Written): Promise<ProfileRow | undefined> {
    const loader = request.loader<Written, ProfileRow | undefined>(authorKey, async (posts) => {
      const oneOfEach = new Map(posts.map((each) => [each.authorId, each]));
      return inOrder(posts.map(({ authorId }) => authorId), await this.profiles.authors(request.reads, [...oneOfEach.values()]), ({ id }) => id);
    });
    return loader.load(post);
  }
}
