import { Injectable } from '@nestjs/common';
import { readSql, type ReadScope } from '../database/index.js';
import type { FollowTarget } from '../follows/index.js';
import { Keyset, type Keyed, type Page } from '../graphql/index.js';
import { consentTable } from '../privacy/consent/index.js';

const suggestionsSql = readSql(import.meta.url, './follow-suggestions.sql');

export const suggestionOrder = new Keyset('follow suggestions', 'desc', [
  { column: 's.weight', type: 'bigint' }, { column: 's.kind collate "C"', type: 'text' }, { column: 's.network collate "C"', type: 'text' }, { column: 's.key collate "C"', type: 'text' },
]);

/** Something that a library could follow, and why. */
export interface FollowSuggestionRow extends FollowTarget {
  /** Conversations that the library answered, in which it took part. */
  readonly conversations: number;
  /** Other libraries of the consortium that follow it. */
  readonly libraries: number;
}

/** Refusing one of these is not to be followed at all. */
const forbidding = Object.entries(consentTable).flatMap(([purpose, forbids]) => (forbids.followed.includes('keep') ? [purpose] : []));
const columns = 's.kind, s.network, s.key, s.label, s.conversations, s.libraries';

@Injectable()
export class FollowSuggestionsRepository {
  /** A page of {@link suggestionOrder}: what speaks loudest first. Empty where the library is not the reader's. */
  page(reads: ReadScope, libraryId: string, page: Page): Promise<readonly (FollowSuggestionRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId, forbidding];
    return reads.query(`${suggestionsSql} select ${columns}, ${suggestionOrder.select} from suggested s where true ${page.after(parameters)} ${suggestionOrder.orderBy} limit ${page.limit}`, parameters);
  }

  async one(query: Pick<ReadScope, 'query'>, libraryId: string, { kind, network, key }: Pick<FollowTarget, 'kind' | 'network' | 'key'>): Promise<FollowSuggestionRow | undefined> {
    const [row] = await query.query<FollowSuggestionRow>(`${suggestionsSql} select ${columns} from suggested s where s.kind = $3 and s.network = $4 and s.key = $5`, [libraryId, forbidding, kind, network, key]);
    return row;
  }
}
