import type { Clock } from '@earshot/plugin-sdk';
import type { Database } from '../database/index.js';
import type { ListeningService } from '../listening/index.js';
import type { PluginRegistry } from '../plugins/index.js';
import type { Actor, Needed, Permissions } from '../staff/index.js';
import type { WrittenBringIn } from './bring-in.input.js';
import { BringingInOff, BroughtInBefore } from './bringing-in.errors.js';
import type { BroughtInRepository } from './brought-in.repository.js';
import { postsOf } from './brought-posts.js';

const needed: Needed = { scope: 'triage', role: 'librarian' };

export interface BringingInAround {
  readonly listening: ListeningService;
  readonly registry: PluginRegistry;
  readonly clock: Clock;
}

/**
 * What staff heard where nothing listens goes the way of everything heard, in one transaction with the note of its place: it is judged, and has its
 * conversation, at their library alone. Nobody is asked about it, and no author is known but the name that they typed.
 */
export class BringingIn {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly brought: BroughtInRepository,
    private readonly around: BringingInAround,
  ) {}

  /**
   * Once a key: again it is what it was.
   * @returns the id of its conversation
   * @throws PlatformError FORBIDDEN, NOT_FOUND
   */
  async bringIn(actor: Actor, told: WrittenBringIn): Promise<string | BringingInOff | BroughtInBefore> {
    this.permissions.requireKind(actor, needed);
    const { libraryId, key, place } = told;
    const plugin = this.around.registry.plugins.find(({ byHand }) => byHand === true);
    const { before, account } = await this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, needed);
      const found = await this.brought.byKey(tx, libraryId, key);
      return { before: found, account: found === undefined && plugin !== undefined ? await this.brought.account(tx, libraryId, plugin.id) : undefined };
    });
    if (before !== undefined) return before.takenBackAt === null && before.conversationId !== null ? before.conversationId : new BroughtInBefore();
    const network = plugin?.networks[0];
    if (plugin === undefined || network === undefined || account?.state !== 'on') return new BringingInOff();
    let conversation: string | undefined;
    const byHand = {
      libraryId,
      beside: async (tx: Parameters<BroughtInRepository['note']>[0], conversationId: string) => {
        conversation = conversationId;
        await this.brought.note(tx, { libraryId, key, conversationId, accountId: account.id, byActor: actor.id, place });
      },
    };
    await this.around.listening.bringIn({ accountId: account.id, libraryId: account.libraryId, plugin: plugin.id }, byHand, postsOf(told, network, new Date(this.around.clock.now())));
    return conversation ?? new BroughtInBefore();
  }
}
