import type { Suggestion } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import type { ConversationRow } from '../conversations/index.js';
import { Database } from '../database/index.js';
import { AdvisorHost } from '../plugins/index.js';
import { type Actor, Permissions } from '../staff/index.js';
import type { SuggestionRow } from './advice.row.js';
import { mayAdvise } from './advising.service.js';
import { asSuggestion, isCited } from './as-suggestion.js';
import { ConversationNeed } from './conversation-need.js';
import { failureWords } from './failure-words.js';
import { SuggestionsRepository } from './suggestions.repository.js';

export interface AdvisorFailure {
  readonly accountId: string;
  readonly because: string;
}

export interface Checked {
  readonly conversation: ConversationRow;
  readonly suggestions: readonly SuggestionRow[];
  readonly failures: readonly AdvisorFailure[];
}

type Now = ReadonlyMap<string, Suggestion['availability']>;

/** Whether one can have what was suggested, asked again of those who suggested it. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly database: Database,
    private readonly needs: ConversationNeed,
    private readonly suggestions: SuggestionsRepository,
    private readonly host: AdvisorHost,
    private readonly permissions: Permissions,
  ) {}

  /**
   * Of all that was found for the need that was asked last, at once. An advisor that cannot check leaves its own as they are; one that fails
   * is named with its reason, and holds up no other.
   * @throws PlatformError as {@link AdvisingService.ask}
   */
  async check(actor: Actor, conversationId: string): Promise<Checked> {
    this.permissions.requireKind(actor, mayAdvise);
    const { id, libraryId, found } = await this.database.as(actor.id, async (tx) => {
      const conversation = await this.needs.conversation(tx, actor, conversationId, mayAdvise);
      return { id: conversation.id, libraryId: conversation.libraryId, found: await this.suggestions.latest(tx, conversation) };
    });
    const ofAccounts = found.filter(isCited).flatMap((row) => (row.accountId === null ? [] : [row]));
    const asked = await Promise.all([...Map.groupBy(ofAccounts, ({ accountId }) => accountId)].map(([accountId, of]) => this.ask(accountId, of)));
    const now = new Map(asked.flatMap((each) => ('because' in each ? [] : [...each])));
    return this.database.as(actor.id, async (tx) => {
      // Meanwhile it may have been merged into another.
      const conversation = await this.needs.conversation(tx, actor, id, mayAdvise);
      if (now.size > 0) {
        await this.suggestions.setAvailability(tx, libraryId, now);
        tx.hint({ kind: 'suggestions', id: conversation.id, library: libraryId });
      }
      return { conversation, suggestions: await this.suggestions.latest(tx, conversation), failures: asked.filter((each): each is AdvisorFailure => 'because' in each) };
    });
  }

  private async ask(accountId: string, found: readonly (SuggestionRow & { readonly cite: string })[]): Promise<Now | AdvisorFailure> {
    try {
      const { check } = await this.host.advisor(accountId);
      const checked = await check?.(found.map(asSuggestion));
      return new Map(checked?.map(({ availability }, at) => [found[at]?.id ?? '', availability]));
    } catch (error) {
      const because = failureWords(error);
      if (because === undefined) throw error;
      return { accountId, because };
    }
  }
}
