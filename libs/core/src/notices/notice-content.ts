import { type Tx, readSql } from '../database/index.js';

const contentSql = readSql(import.meta.url, './notice-content.sql');

/** What leaves of a notice, by mail or to a browser. */
export interface NoticeContent {
  readonly kind: string;
  readonly libraryName: string;
  readonly conversationId: string | null;
  readonly title: string;
  readonly body: string;
  readonly path: string;
  /** What somebody needs, in words that a classifier made; null where none did. */
  readonly need: string | null;
  /** Only where the library wants posts in what leaves. */
  readonly post: { readonly text: string; readonly by: string } | null;
}

/** As it is now, in a transaction of the person whom these notices are for: what was forgotten meanwhile is in none. */
export const contentOf = (tx: Tx, noticeIds: readonly string[]): Promise<readonly NoticeContent[]> => tx.query<NoticeContent>(contentSql, [noticeIds]);
