import { Injectable } from '@nestjs/common';
import { type ReadScope, type Tx, isId } from '../../database/index.js';
import { type Keyed, Keyset, type Page } from '../../graphql/index.js';

export const unmetNeedOrder = new Keyset('unmet-need', 'desc', [{ column: 'at', type: 'timestamptz' }, { column: 'id', type: 'uuid' }]);

export interface UnmetNeedRow {
  readonly id: string;
  readonly libraryId: string;
  readonly conversationId: string;
  readonly need: string;
  readonly at: Date;
  readonly metAt: Date | null;
  readonly metBy: string | null;
}

export interface UnmetNeedFilter {
  readonly libraryId: string;
  readonly met: boolean;
  /** Words that stand in it, in any case. */
  readonly words: string | null;
}

const columns = `id, library_id as "libraryId", conversation_id as "conversationId", unmet_need as need, at, met_at as "metAt", met_by as "metBy"`;

@Injectable()
export class UnmetNeedsRepository {
  /** A page of {@link unmetNeedOrder}: the newest first. */
  list(reads: ReadScope, { libraryId, met, words }: UnmetNeedFilter, page: Page): Promise<readonly (UnmetNeedRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId, met, words];
    return reads.query(
      `select ${columns}, ${unmetNeedOrder.select} from outcome
       where library_id = $1 and library_id in (select scope()) and unmet_need is not null and (met_at is not null) = $2 and ($3::text is null or position(lower($3) in lower(unmet_need)) > 0) ${page.after(parameters)}
       ${unmetNeedOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  async find(tx: Tx, id: string, lock: '' | 'for update' = ''): Promise<UnmetNeedRow | undefined> {
    const [row] = isId(id) ? await tx.query<UnmetNeedRow>(`select ${columns} from outcome where id = $1 and library_id in (select scope()) and unmet_need is not null ${lock}`, [id]) : [];
    return row;
  }

  async meet(tx: Tx, { id, libraryId }: UnmetNeedRow, by: string): Promise<void> {
    await tx.query('update outcome set met_at = now(), met_by = $3 where id = $1 and library_id = $2', [id, libraryId, by]);
  }
}
