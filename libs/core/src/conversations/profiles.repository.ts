import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { Keyset, type Keyed, type Page } from '../graphql/index.js';
import { librariesOf } from './conversation.row.js';
import { type PostOf, profileColumns, type ProfileRow } from './post.row.js';

export const handleOrder = new Keyset('profiles by handle', 'asc', [{ column: 'lower(r.handle) collate "C"', type: 'text' }, { column: 'r.id', type: 'uuid' }]);

/** Reads public profiles of whom the reader's libraries hear. */
@Injectable()
export class ProfilesRepository {
  async find(reads: ReadScope, id: string): Promise<ProfileRow | undefined> {
    const [row] = await reads.prepared<ProfileRow>(`select ${profileColumns} from heard_profile r where r.id = $1`, [id]);
    return row;
  }

  /** Who wrote these posts, each once. By their posts, which are heard: of somebody who says much, it would take long to find one that is. */
  authors(reads: ReadScope, of: readonly PostOf[]): Promise<readonly ProfileRow[]> {
    return reads.prepared(`select distinct on (r.id) ${profileColumns} from heard_author r where r.post_id = any($1::uuid[]) and r.library_id = any($2::uuid[])`, [of.map(({ postId }) => postId), librariesOf(of)]);
  }

  /** A page, of {@link handleOrder}, of those whose handle begins so, with or without the leading @. */
  byHandle(reads: ReadScope, beginning: string, page: Page): Promise<readonly (ProfileRow & Keyed)[]> {
    const parameters: unknown[] = [beginning.trim().replace(/^@/u, '').toLowerCase()];
    return reads.query(
      `select ${profileColumns}, ${handleOrder.select} from heard_profile r
       where r.handle is not null and r.gone_why is distinct from 'erased' and (starts_with(lower(r.handle), $1) or starts_with(lower(r.handle), '@' || $1)) ${page.after(parameters)} ${handleOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }
}
