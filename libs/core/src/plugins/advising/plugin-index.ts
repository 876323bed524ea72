import { createHash } from 'node:crypto';
import { type Index, type IndexedDocument, type Suggestion, indexedDocumentSchema } from '@earshot/plugin-sdk';
import { type Database, readSql } from '../../database/index.js';
import { searchText } from '../../language/index.js';
import { PluginFault } from '../plugin-fault.error.js';
import { indexQuery } from './index-query.js';
import { readSuggestion, writeSuggestion } from './stored-suggestion.js';

const searchSql = readSql(import.meta.url, './search-index.sql');

const batchDocuments = 500;
/** UTF-16 units of one batch, so that memory does not grow with the size of documents. */
const batchSize = 2_000_000;
const mostDocuments = 5_000_000;
/** What is searched of one document: PostgreSQL takes no more than 1 MB of distinct words. */
const mostText = 20_000;
const mostFound = 100;
/** Documents that are ranked of all that match: a word that every record has costs no more than this. */
const ranked = 2_000;
const sweepAtOnce = 10_000;

/** Somebody began to replace the same index later, or it is gone: what this one writes is not wanted any more. */
class IndexReplaced extends Error {
  override readonly name = 'IndexReplaced';
  constructor() {
    super('this index is being replaced by somebody who began later');
  }
}

interface Writing {
  readonly generation: number;
  readonly lang: string;
}

/**
 * The full-text search of one account's advisor, in PostgreSQL.
 *
 * Documents are written as a generation that no search sees, in batches of their own transactions; one update of one row then shows the
 * whole of it instead of the one before. A search is one statement, so it sees one generation, whole. What a process left unfinished,
 * and the generation before, are deleted afterwards.
 */
export class PluginIndex implements Index {
  constructor(
    private readonly account: { readonly id: string; readonly plugin: string },
    private readonly database: Database,
    private readonly abort: AbortSignal,
  ) {}

  async replace(docs: AsyncIterable<IndexedDocument>): Promise<void> {
    const writing = await this.begin();
    let [batch, size, count] = [new Map<string, IndexedDocument>(), 0, 0];
    for await (const told of docs) {
      this.abort.throwIfAborted();
      const doc = this.checked(told);
      batch.set(doc.id, doc);
      size += sizeOf(doc);
      if (++count > mostDocuments) throw new PluginFault(this.account.plugin, `indexes more than ${mostDocuments} documents`);
      if (batch.size < batchDocuments && size < batchSize) continue;
      await this.write(writing, [...batch.values()]);
      [batch, size] = [new Map(), 0];
    }
    if (batch.size > 0) await this.write(writing, [...batch.values()]);
    this.abort.throwIfAborted();
    await this.show(writing);
    await this.sweep();
  }

  async search(query: string, limit: number): Promise<readonly Suggestion[]> {
    this.abort.throwIfAborted();
    const asked = indexQuery(query);
    if (asked === undefined || !(limit >= 1)) return [];
    const rows = await this.database.listening((tx) =>
      tx.query<{ suggestion: unknown }>(searchSql, [this.account.id, asked.all, asked.any, Math.min(Math.floor(limit), mostFound), ranked]),
    );
    return rows.map(({ suggestion }) => readSuggestion(suggestion));
  }

  private async begin(): Promise<Writing> {
    const [writing] = await this.database.listening((tx) =>
      tx.query<Writing>(
        `insert into plugin_index as i(account_id, writing) values ($1, 1) on conflict (account_id) do update set writing = i.writing + 1
         returning writing as generation, coalesce((select l.languages[1] from account a join library l on l.id = a.library_id where a.id = $1), '') as lang`,
        [this.account.id],
      ),
    );
    if (writing === undefined) throw new Error('an upsert answered no row');
    await this.sweep();
    return writing;
  }

  private async write({ generation, lang }: Writing, docs: readonly IndexedDocument[]): Promise<void> {
    const written = await this.database.listening((tx) =>
      tx.query(
        `insert into plugin_index_document(account_id, generation, key, words, suggestion)
         select $1, $2, key, setweight(to_tsvector('simple', title) || to_tsvector(search_config($3), title), 'A') || to_tsvector('simple', rest) || to_tsvector(search_config($3), rest), suggestion::jsonb
         from unnest($4::bytea[], $5::text[], $6::text[], $7::text[]) as d(key, title, rest, suggestion)
         where exists (select 1 from plugin_index where account_id = $1 and writing = $2 for share)
         on conflict (account_id, generation, key) do update set words = excluded.words, suggestion = excluded.suggestion returning 1`,
        [
          this.account.id, generation, lang, docs.map(({ id }) => createHash('sha256').update(id).digest()), docs.map(({ fields }) => searched(fields['title'] ?? '')),
          docs.map(({ fields: { title: _, ...rest } }) => searched(Object.values(rest).join('\n'))), docs.map(({ suggestion }) => writeSuggestion(suggestion)),
        ],
      ),
    );
    if (written.length === 0) throw new IndexReplaced();
  }

  private async show({ generation, lang }: Writing): Promise<void> {
    const shown = await this.database.listening((tx) =>
      tx.query('update plugin_index set generation = $2, lang = $3, replaced_at = now() where account_id = $1 and writing = $2 returning 1', [this.account.id, generation, lang]),
    );
    if (shown.length === 0) throw new IndexReplaced();
  }

  /** Deletes what no search sees and nobody writes, a little at a time. */
  private async sweep(): Promise<void> {
    for (;;) {
      const gone = await this.database.listening((tx) =>
        tx.query(
          `delete from plugin_index_document where ctid = any(array(
             select d.ctid from plugin_index_document d join plugin_index i using (account_id)
             where d.account_id = $1 and d.generation <> i.generation and d.generation < i.writing limit ${sweepAtOnce})) returning 1`,
          [this.account.id],
        ),
      );
      if (gone.length < sweepAtOnce) return;
    }
  }

  private checked(told: unknown): IndexedDocument {
    const read = indexedDocumentSchema.safeParse(told);
    if (!read.success) throw new PluginFault(this.account.plugin, 'indexes what is no document', { cause: read.error });
    return read.data;
  }
}

const searched = (text: string): string => searchText(text.slice(0, mostText));
const sizeOf = ({ fields, suggestion }: IndexedDocument): number =>
  Object.values(fields).reduce((sum, text) => sum + Math.min(text.length, mostText), 0) + suggestion.title.length + (suggestion.summary?.length ?? 0) + 500;
