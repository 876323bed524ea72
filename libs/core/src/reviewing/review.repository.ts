import { Injectable } from '@nestjs/common';
import { readSql, type ReadScope } from '../database/index.js';
import { Keyset, type Keyed, type Page } from '../graphql/index.js';
import type { BroughtBy, ReviewReason, ReviewRow } from './review.row.js';

const broughtSql = readSql(import.meta.url, './brought.sql');
const reviewSql = readSql(import.meta.url, './review.sql');

export const reviewOrder = new Keyset('follow review', 'asc', [{ column: 'r.label', type: 'text' }, { column: 'r."followId"', type: 'uuid' }]);

export interface ReviewAsked {
  readonly libraryId: string | undefined;
  readonly listId: string | undefined;
  readonly reasons: readonly ReviewReason[];
  /** Nothing heard for so long. */
  readonly silentWeeks: number;
  /** Noise is judged over so many days. */
  readonly days: number;
}

/** Reads what follows brought, over the conversations of the reader's libraries and the counts that outlive them. */
@Injectable()
export class ReviewRepository {
  brought(reads: ReadScope, followIds: readonly string[], days: number): Promise<readonly BroughtBy[]> {
    return reads.query(broughtSql, [followIds, days]);
  }

  /** A page of {@link reviewOrder}: of the follows that the reader's own libraries write, by label. */
  review(reads: ReadScope, { libraryId, listId, reasons, silentWeeks, days }: ReviewAsked, page: Page): Promise<readonly (ReviewRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId ?? null, listId ?? null, reasons, silentWeeks, days];
    return reads.query(`${reviewSql} select r.*, ${reviewOrder.select} from reviewed r where true ${page.after(parameters)} ${reviewOrder.orderBy} limit ${page.limit}`, parameters);
  }
}
