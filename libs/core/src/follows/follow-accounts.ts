import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenId } from './written-words.js';

const mostAccounts = 50;

/** By which accounts a library can hear: its own, and those of the libraries above it. */
@Injectable()
export class FollowAccounts {
  /**
   * The accounts that were told, in their order; where none were told, all there are, the library's own first.
   * @throws PlatformError NOT_FOUND where one of them is not such an account; BAD_INPUT where there is none
   */
  async inOrder(tx: Tx, libraryId: string, told: readonly string[] | null | undefined): Promise<readonly string[]> {
    const wanted = told == null ? undefined : [...new Set(told.map((id) => writtenId(id, 'accountIds')))];
    if ((wanted?.length ?? 0) > mostAccounts) throw new PlatformError('BAD_INPUT', `Name ${mostAccounts} accounts at most.`, 'accountIds');
    const rows = await tx.query<{ id: string }>(
      `select a.id from account a join library_line l on l.ancestor_id = a.library_id
       where l.library_id = $1 and a.removed_at is null and ($2::uuid[] is null or a.id = any($2)) order by l.distance, a.created_at, a.id limit $3`,
      [libraryId, wanted ?? null, mostAccounts],
    );
    const found = new Set(rows.map(({ id }) => id));
    if (wanted?.every((id) => found.has(id)) === false) throw new PlatformError('NOT_FOUND', 'There is no such account at the library of this list.', 'accountIds');
    if (found.size === 0) throw new PlatformError('BAD_INPUT', 'The library of this list has no account that could hear it: set one up first.', 'accountIds');
    return wanted ?? [...found];
  }
}
