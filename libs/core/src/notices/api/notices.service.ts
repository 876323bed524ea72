import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { type CappedCount, pageLimit } from '../../graphql/index.js';
import { type Actor, Permissions } from '../../staff/index.js';
import { NoticeOptions } from '../notice-options.js';
import { NoticesRepository } from './notices.repository.js';

const mostAtOnce = 10 * pageLimit;

/** What people do with notices of theirs. */
@Injectable()
export class NoticesService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly notices: NoticesRepository,
    private readonly options: NoticeOptions,
  ) {}

  /**
   * @param ids undefined: all
   * @returns how many are unseen then
   * @throws PlatformError FORBIDDEN for a token, BAD_INPUT
   */
  async markSeen(actor: Actor, ids: readonly string[] | undefined): Promise<CappedCount> {
    this.permissions.requireKind(actor, { scope: 'read', person: true });
    if (ids !== undefined && ids.length > mostAtOnce) throw new PlatformError('BAD_INPUT', `${mostAtOnce} notices are marked at once at most; leave ids out for all.`, 'ids');
    const now = await this.options.now();
    return this.database.as(actor.id, async (tx) => {
      for (const { id, libraryId } of await this.notices.markSeen(tx, ids, now)) tx.hint({ kind: 'notice', id, library: libraryId, actor: actor.id });
      return this.notices.count(tx, { unseen: true });
    });
  }
}
