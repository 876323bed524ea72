import { Injectable } from '@nestjs/common';
import { type ConversationOf, idsAndLibraries } from '../conversations/index.js';
import type { ReadScope, Tx } from '../database/index.js';
import { type Keyed, Keyset, type Page } from '../graphql/index.js';
import { type AdviceRow, type SuggestionRow, adviceColumns, suggestionColumns } from './advice.row.js';

/** What was asked last first, and of that the best. */
export const suggestionOrder = new Keyset('suggestions', 'desc', [{ column: 's.asked_at', type: 'timestamptz' }, { column: 's.rank', type: 'float8' }, { column: 's.id', type: 'uuid' }]);

/** One that is shown, and all that were found to be the same. */
export interface FinderRow {
  readonly suggestionId: string;
  readonly accountId: string;
}

/** An event that has begun is shown no more. */
const shown = 's.same_as is null and (s.starts is null or s.starts > now())';
const from = 'suggestion s join advice d on d.id = s.advice_id';

/** Reads what advisors found, under the rights of whoever asks. */
@Injectable()
export class SuggestionsRepository {
  /** A page of {@link suggestionOrder}. */
  page(reads: ReadScope, of: ConversationOf, page: Page): Promise<readonly (SuggestionRow & Keyed)[]> {
    const parameters: unknown[] = [of.id, of.libraryId];
    return reads.query(
      `select ${suggestionColumns}, ${suggestionOrder.select} from ${from} where s.conversation_id = $1 and s.library_id = $2 and ${shown} ${page.after(parameters)} ${suggestionOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  /** Newest first. */
  advice(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly (AdviceRow & { readonly found: number })[]> {
    return reads.query(
      `select ${adviceColumns}, (select count(*)::int from suggestion s where s.advice_id = d.id) as found from advice d
       where d.conversation_id = any($1::uuid[]) and d.library_id = any($2::uuid[]) order by d.asked_at desc, d.id`,
      idsAndLibraries(of),
    );
  }

  finders(reads: ReadScope, of: readonly SuggestionRow[]): Promise<readonly FinderRow[]> {
    return reads.query(
      `select distinct coalesce(s.same_as, s.id) as "suggestionId", d.account_id as "accountId" from ${from}
       where (s.id = any($1::uuid[]) or s.same_as = any($1::uuid[])) and s.library_id = any($2::uuid[]) and d.account_id is not null order by 1, 2`,
      idsAndLibraries(of),
    );
  }

  /** What is shown for the need that was asked last, the best first. */
  async latest(tx: Pick<Tx, 'query'>, { id, libraryId }: ConversationOf): Promise<readonly SuggestionRow[]> {
    return tx.query<SuggestionRow>(
      `select ${suggestionColumns} from ${from} where s.conversation_id = $1 and s.library_id = $2 and ${shown}
         and s.asked_at = (select max(asked_at) from advice where conversation_id = $1 and library_id = $2) order by s.rank desc, s.id desc`,
      [id, libraryId],
    );
  }

  /** Of one need, whoever found it, for those who know more about it. */
  ofNeed(tx: Pick<Tx, 'query'>, { conversationId, libraryId, need }: AdviceRow): Promise<readonly SuggestionRow[]> {
    return tx.query<SuggestionRow>(`select ${suggestionColumns} from ${from} where s.conversation_id = $1 and s.library_id = $2 and d.need = $3 and ${shown} order by s.rank desc, s.id desc`, [conversationId, libraryId, need]);
  }

  async setAvailability(tx: Tx, libraryId: string, now: ReadonlyMap<string, { readonly text: string; readonly at: Date } | undefined>): Promise<void> {
    const entries = [...now];
    await tx.query(
      `update suggestion s set availability = t.availability, availability_at = t.at from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as t(id, availability, at) where s.id = t.id and s.library_id = $4`,
      [entries.map(([id]) => id), entries.map(([, availability]) => availability?.text ?? null), entries.map(([, availability]) => availability?.at ?? null), libraryId],
    );
  }
}
