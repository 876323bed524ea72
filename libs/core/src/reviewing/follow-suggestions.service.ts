import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { AddFollowsService, type FollowFacts, type FollowLine, type FollowTarget, writtenId, writtenWords } from '../follows/index.js';
import { type Actor, Permissions } from '../staff/index.js';
import { FollowSuggestionsRepository } from './follow-suggestions.repository.js';

/** Which suggestion, and whose. */
export interface SuggestionNamed extends Pick<FollowTarget, 'kind' | 'network' | 'key'> {
  readonly libraryId: string;
}

const needed = { scope: 'follow', role: 'librarian' } as const;

/** What becomes of a suggestion: only a person's act makes a follow of it. All throw PlatformError: NOT_FOUND, FORBIDDEN, BAD_INPUT. */
@Injectable()
export class FollowSuggestionsService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly adding: AddFollowsService,
    private readonly suggestions: FollowSuggestionsRepository,
  ) {}

  /** Follows it, as anything else that is added: who refuses meanwhile is refused. */
  async follow(actor: Actor, told: SuggestionNamed, place: { readonly listId: string; readonly accountIds?: readonly string[] | null | undefined }, facts: FollowFacts): Promise<readonly FollowLine[]> {
    const named = checked(told);
    const { kind, network, key, label } = await this.at(actor, named, async (tx) => {
      const found = await this.suggestions.one(tx, named.libraryId, named);
      if (found === undefined) throw new PlatformError('NOT_FOUND', 'This is not suggested, or not any more.', 'key');
      return found;
    });
    return this.adding.addTarget(actor, place, { kind, network, key, label }, facts);
  }

  /** It is not offered to this library again. */
  dismiss(actor: Actor, told: SuggestionNamed): Promise<void> {
    const { libraryId, kind, network, key } = checked(told);
    return this.at(actor, { libraryId }, async (tx) => {
      await tx.query('insert into follow_dismissal(library_id, kind, network, key, by_actor) values ($1, $2, $3, $4, $5) on conflict do nothing', [libraryId, kind, network, key, actor.id]);
    });
  }

  /** It may be offered again. */
  restore(actor: Actor, told: SuggestionNamed): Promise<void> {
    const { libraryId, kind, network, key } = checked(told);
    return this.at(actor, { libraryId }, async (tx) => {
      await tx.query('delete from follow_dismissal where library_id = $1 and kind = $2 and network = $3 and key = $4', [libraryId, kind, network, key]);
    });
  }

  private at<T>(actor: Actor, { libraryId }: { readonly libraryId: string }, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, needed);
      return work(tx);
    });
  }
}

const checked = ({ libraryId, kind, network, key }: SuggestionNamed): SuggestionNamed => ({ libraryId: writtenId(libraryId, 'libraryId'), kind, network: writtenWords(network, 'network', 300), key: writtenWords(key, 'key', 2_048) });
