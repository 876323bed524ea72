import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import type { FollowRow } from '../follow.row.js';
import { FollowsRepository } from '../follows.repository.js';
import { writtenId } from '../written-words.js';
import { type ExportFormat, writeList, type WrittenList } from './write-list.js';

const atOnce = 5_000;

/** Gives lists away: to feed readers, and to other installations. */
@Injectable()
export class FollowExportsService {
  constructor(private readonly follows: FollowsRepository) {}

  /** @throws PlatformError NOT_FOUND where the reader may not see the list, or it ended */
  async export(reads: Pick<ReadScope, 'query'>, listId: string, format: ExportFormat, at: Date): Promise<WrittenList & { readonly name: string }> {
    const [list] = await this.follows.listsByIds(reads, [writtenId(listId, 'listId')]);
    if (list === undefined || list.removedAt !== null) throw new PlatformError('NOT_FOUND', 'There is no such follow list.', 'listId');
    const [library] = await reads.query<{ name: string }>('select name from library where id = $1', [list.libraryId]);
    const follows: FollowRow[] = [];
    for (let after: string | undefined; ; after = follows.at(-1)?.id) {
      const more = await this.follows.ofList(reads, list, after, atOnce);
      follows.push(...more);
      if (more.length < atOnce) break;
    }
    return { ...writeList(format, { list, library: library?.name ?? '', follows, at }), name: list.name };
  }
}
