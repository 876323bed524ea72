import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../../database/index.js';
import { Keyset, type Keyed, type Page } from '../../graphql/index.js';

/** What a heard post says, as searches look at it. */
export interface HeardText {
  readonly id: string;
  /** Null of whoever asks not to be found by searching. */
  readonly text: string | null;
  readonly tags: readonly string[];
  readonly lang: string | null;
  readonly postedAt: Date | null;
  readonly heardAt: Date;
}

export const heardOrder = new Keyset('heard texts', 'desc', [{ column: 'p.heard_at', type: 'timestamptz' }, { column: 'p.id', type: 'uuid' }]);

const columns = `p.id, case when p.search is not null then p.text end as text, p.tags, p.lang, p.posted_at as "postedAt", p.heard_at as "heardAt"`;

/** Reads the texts of one library's posts, for trying searches on them. */
@Injectable()
export class HeardTextsRepository {
  /** Those heard since then, the newest first; with a page, those after it. */
  since(reads: ReadScope, libraryId: string, since: Date, limit: number, page?: Page): Promise<readonly (HeardText & Keyed)[]> {
    const parameters: unknown[] = [libraryId, since, limit];
    return reads.query(
      `select ${columns}, ${heardOrder.select} from heard_post p
       where p.library_id = $1 and p.known and p.gone_at is null and p.text is not null and p.heard_at >= $2 ${page?.after(parameters) ?? ''} ${heardOrder.orderBy} limit $3`,
      parameters,
    );
  }

  byIds(reads: ReadScope, libraryId: string, ids: readonly string[]): Promise<readonly HeardText[]> {
    return reads.query(`select ${columns} from heard_post p where p.library_id = $1 and p.id = any($2::uuid[]) and p.known and p.gone_at is null and p.text is not null order by p.id`, [libraryId, ids]);
  }
}
