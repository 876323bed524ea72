import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { profileColumns, type ProfileRow } from './post.row.js';

/** Reads public profiles of whom the reader's libraries hear. */
@Injectable()
export class ProfilesRepository {
  byIds(reads: ReadScope, ids: readonly string[]): Promise<readonly ProfileRow[]> {
    return reads.query(`select ${profileColumns} from heard_profile r where r.id = any($1::uuid[])`, [ids]);
  }

  /** Whose handle begins so, with or without the leading @, in the order of handles. */
  byHandle(reads: ReadScope, beginning: string, page: { readonly limit: number; readonly after?: { readonly at: string; readonly id: string } | undefined }): Promise<readonly (ProfileRow & { readonly sortKey: string })[]> {
    const handle = beginning.replace(/^@/u, '').toLowerCase();
    return reads.query(
      `select ${profileColumns}, lower(r.handle) as "sortKey" from heard_profile r
       where (starts_with(lower(r.handle), $1) or starts_with(lower(r.handle), '@' || $1))
         and ($2::text is null or (lower(r.handle), r.id) > ($2, $3::uuid)) order by lower(r.handle), r.id limit $4`,
      [handle, page.after?.at ?? null, page.after?.id ?? null, page.limit],
    );
  }
}
