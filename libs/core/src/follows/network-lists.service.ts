import { type RemoteList, isRemoteError } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { PlatformError } from '../errors/index.js';
import { PluginLists } from '../plugins/index.js';
import type { Actor } from '../staff/index.js';
import type { ListEntry } from './documents/list-entry.js';
import { FollowDesk } from './follow-desk.js';
import { type FollowImportRow } from './imports/follow-import.row.js';
import { FollowImportsService, type ImportFacts } from './imports/follow-imports.service.js';
import { NetworkListUnreadable } from './network-lists.errors.js';
import { writtenId } from './written-words.js';

export interface NetworkListWish extends Omit<ImportFacts, 'accountIds'> {
  readonly accountId: string;
  /** As {@link NetworkListsService.lists} told it. */
  readonly networkListId: string;
  readonly listId: string;
}

/**
 * Lists that people keep on the network itself: brought in by an import like any other, which shows who is on it before anybody is followed.
 * Throws PlatformError as {@link FollowImportsService} does.
 */
@Injectable()
export class NetworkListsService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly plugins: PluginLists,
    private readonly imports: FollowImportsService,
  ) {}

  async lists(actor: Actor, accountId: string): Promise<readonly RemoteList[] | NetworkListUnreadable> {
    await this.requireAccount(actor, accountId);
    return heeding(() => this.plugins.lists(accountId));
  }

  /** One of {@link lists}. @throws PlatformError NOT_FOUND where the account sees no such list */
  async listOf(actor: Actor, accountId: string, networkListId: string): Promise<RemoteList | NetworkListUnreadable> {
    const lists = await this.lists(actor, accountId);
    if (lists instanceof NetworkListUnreadable) return lists;
    const list = lists.find(({ id }) => id === networkListId);
    if (list === undefined) throw new PlatformError('NOT_FOUND', 'There is no such list on the network.', 'networkListId');
    return list;
  }

  /** Begins an import with everybody on the list. Where the network fails in the midst of it, nothing of it is left. */
  async bringIn(actor: Actor, { accountId, networkListId, listId, ...facts }: NetworkListWish): Promise<FollowImportRow | NetworkListUnreadable> {
    const list = await this.listOf(actor, accountId, networkListId);
    if (list instanceof NetworkListUnreadable) return list;
    const begun = await this.imports.start(actor, { listId, name: list.name.trim().slice(0, 300) || null });
    try {
      const read = await heeding(() => this.imports.readEntries(actor, begun.id, { ...facts, accountIds: [accountId] }, this.entries(accountId, list.id)));
      if (read instanceof NetworkListUnreadable) await this.imports.discard(actor, begun.id);
      return read;
    } catch (error) {
      await this.imports.discard(actor, begun.id);
      throw error;
    }
  }

  private async *entries(accountId: string, list: string): AsyncIterable<ListEntry> {
    let line = 0;
    for await (const { kind, network, key, label } of this.plugins.members(accountId, list)) yield { line: ++line, text: key, label: label || key, target: { kind, network, key, label: label || key } };
  }

  /** An account by which a library of the actor's hears: what it sees on its network is the library's to see. */
  private async requireAccount(actor: Actor, told: string): Promise<void> {
    const accountId = writtenId(told, 'accountId');
    await this.desk.act(actor, async ({ tx }) => {
      const [account] = await tx.query('select 1 from account where id = $1 and removed_at is null and library_id in (select scope_acting() union select scope_up())', [accountId]);
      if (account === undefined) throw new PlatformError('NOT_FOUND', 'There is no such account.', 'accountId');
    });
  }
}

/** What the network says no to, in its words. */
export const heeding = async <T>(work: () => Promise<T>): Promise<T | NetworkListUnreadable> => {
  try {
    return await work();
  } catch (error) {
    if (isRemoteError(error)) return new NetworkListUnreadable(error.message);
    throw error;
  }
};
