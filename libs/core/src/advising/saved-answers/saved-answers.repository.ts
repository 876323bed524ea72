import { Injectable } from '@nestjs/common';
import { inOrder, type Keyed, Keyset, type Page, type RequestContext } from '../../graphql/index.js';
import { searchText } from '../../language/index.js';
import type { Tx } from '../../database/index.js';
import type { Queryable } from '../../staff/index.js';
import { answersAt, type Bind, primary, savedAnswerColumns } from './answers-at.js';
import { type AnswerKind, type AnswerStanding, type AnswerTold, primaryOf, type SavedAnswerRow } from './saved-answer.row.js';

export interface AnswerFilter {
  readonly standing: AnswerStanding;
  readonly search?: string | undefined;
  readonly kind?: AnswerKind | undefined;
  readonly category?: string | undefined;
  /** Of whatever region. */
  readonly lang?: string | undefined;
  /** Whose day of review has come, in the time of the library. */
  readonly due?: boolean | undefined;
  readonly whose?: AnswerOwner | undefined;
}

/** `own`: of the library itself. `above`: of those above it. `program`: of those that come with it. */
export type AnswerOwner = 'own' | 'above' | 'program';

export interface CategoryCount {
  readonly name: string;
  readonly count: number;
}

export interface NewAnswer {
  readonly id: string;
  readonly libraryId: string;
  readonly by: string;
  readonly insteadOfId?: string | undefined;
  /** The sent reply that it is made of. */
  readonly from?: { readonly replyId: string; readonly conversationId: string } | undefined;
}

/** Where an answer is looked for. */
export interface AnswerAt {
  readonly libraryId: string;
  readonly id: string;
}

/** Sorted by code points, as all lists are that go by name. */
export const answerOrder = new Keyset('saved answers', 'asc', [{ column: 'lower(a.title) collate "C"', type: 'text' }, { column: 'a.id', type: 'uuid' }]);

const mostCategories = 200;
const loaderKey = Symbol('saved answer at a library');

const ownerIs: Readonly<Record<AnswerOwner, string>> = { own: 'a.library_id = a.at', above: 'a.library_id <> a.at', program: 'a.library_id is null' };

const binding = (): { readonly parameters: unknown[]; readonly bind: Bind } => {
  const parameters: unknown[] = [];
  return { parameters, bind: (value) => `$${parameters.push(value)}` };
};

/** The statements of saved answers. Who may see what is asked of row-level security; who may change, of the service. */
@Injectable()
export class SavedAnswersRepository {
  /** A page of {@link answerOrder}: by title. */
  page(reads: Queryable, libraryId: string, filter: AnswerFilter, page: Page): Promise<readonly (SavedAnswerRow & Keyed)[]> {
    const { parameters, bind } = binding();
    const from = answersAt(bind, [libraryId]);
    const where = conditions(filter, bind, libraryId);
    // Each answer is asked by the rules of its own language.
    return reads.query(`select ${savedAnswerColumns}, ${answerOrder.select} from ${from} a where ${where.join(' and ')} ${page.after(parameters)} ${answerOrder.orderBy} limit ${page.limit}`, parameters);
  }

  /** However it stands there; undefined where the library has no such answer. */
  async one(query: Queryable, at: AnswerAt): Promise<SavedAnswerRow | undefined> {
    return (await this.some(query, [at]))[0];
  }

  /** One of many that a page of something else names. */
  loaded(request: RequestContext, at: AnswerAt): Promise<SavedAnswerRow | undefined> {
    return request.loader<string, SavedAnswerRow | undefined>(loaderKey, async (keys) => {
      const places = keys.map((key): AnswerAt => ({ libraryId: key.slice(0, 36), id: key.slice(37) }));
      return inOrder(keys, await this.some(request.reads, places), keyOf);
    }).load(keyOf({ at: at.libraryId, id: at.id }));
  }

  private some(query: Queryable, places: readonly AnswerAt[]): Promise<SavedAnswerRow[]> {
    const { parameters, bind } = binding();
    const from = answersAt(bind, [...new Set(places.map(({ libraryId }) => libraryId))]);
    const ids = bind([...new Set(places.map(({ id }) => id))]);
    return query.query<SavedAnswerRow>(`select ${savedAnswerColumns} from ${from} a where a.id = any(${ids}::uuid[])`, parameters);
  }

  /** Of what the library uses, the most frequent first. */
  categories(reads: Queryable, libraryId: string): Promise<CategoryCount[]> {
    const { parameters, bind } = binding();
    return reads.query<CategoryCount>(
      `select c.name, count(*)::int as count from ${answersAt(bind, [libraryId])} a cross join unnest(a.categories) c(name) where a.standing = 'used'
       group by c.name order by count(*) desc, c.name collate "C" limit ${mostCategories}`,
      parameters,
    );
  }

  /** All of the library's own that it has not removed. */
  own(query: Queryable, libraryId: string): Promise<SavedAnswerRow[]> {
    const { parameters, bind } = binding();
    return query.query<SavedAnswerRow>(`select ${savedAnswerColumns} from ${answersAt(bind, [libraryId])} a where a.library_id = a.at and a.standing <> 'removed' ${answerOrder.orderBy}`, parameters);
  }

  /** Whose an answer is. */
  async ownerOf(tx: Tx, id: string): Promise<string | undefined> {
    const [row] = await tx.query<{ libraryId: string }>('select library_id as "libraryId" from saved_answer where id = $1 and library_id in (select scope())', [id]);
    return row?.libraryId;
  }

  /** Locks what the library has of its own, so that it is counted, and looked for, as it stays. */
  async lock(tx: Tx, libraryId: string): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('saved answers ' || $1, 0))`, [libraryId]);
  }

  async count(tx: Tx, libraryId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>('select count(*)::int as count from saved_answer where library_id = $1 and removed_at is null', [libraryId]);
    return row?.count ?? 0;
  }

  /** The library's own version of one, as long as it is not removed. */
  async versionOf(tx: Tx, libraryId: string, insteadOfId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>('select id from saved_answer where library_id = $1 and instead_of = $2 and removed_at is null', [libraryId, insteadOfId]);
    return row?.id;
  }

  /** What was made of a reply, as long as it is not removed. */
  async ofReply(tx: Tx, libraryId: string, replyId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>('select id from saved_answer where library_id = $1 and reply_id = $2 and removed_at is null order by id limit 1', [libraryId, replyId]);
    return row?.id;
  }

  async insert(tx: Tx, { id, libraryId, by, insteadOfId, from }: NewAnswer, told: AnswerTold): Promise<void> {
    await tx.query(
      `insert into saved_answer(id, library_id, instead_of, conversation_id, reply_id, created_by, changed_by, kind, title, text, lang, categories, review_on, search)
       values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12, ${searchOf(10, 13)})`,
      [id, libraryId, insteadOfId ?? null, from?.conversationId ?? null, from?.replyId ?? null, by, ...values(told)],
    );
  }

  /** @returns whether it was of this version. */
  async change(tx: Tx, { id, libraryId, by, version }: NewAnswer & { readonly version: number }, told: AnswerTold): Promise<boolean> {
    const rows = await tx.query(
      `update saved_answer set changed_by = $3, kind = $5, title = $6, text = $7, lang = $8, categories = $9, review_on = $10, search = ${searchOf(8, 11)}, changed_at = now(), version = version + 1
       where id = $1 and library_id = $2 and version = $4 and removed_at is null returning 1`,
      [id, libraryId, by, version, ...values(told)],
    );
    return rows.length > 0;
  }

  async setRemoved(tx: Tx, { id, libraryId, by, removed }: NewAnswer & { readonly removed: boolean }): Promise<void> {
    await tx.query(
      `update saved_answer set removed_at = case when $4 then now() end, changed_by = $3, changed_at = now(), version = version + 1 where id = $1 and library_id = $2 and (removed_at is null) = $4`,
      [id, libraryId, by, removed],
    );
  }

  async setHidden(tx: Tx, { libraryId, id }: AnswerAt, by: string, hidden: boolean): Promise<void> {
    if (hidden) await tx.query('insert into saved_answer_hiding(library_id, answer_id, hidden_by) values ($1, $2, $3) on conflict do nothing', [libraryId, id, by]);
    else await tx.query('delete from saved_answer_hiding where library_id = $1 and answer_id = $2', [libraryId, id]);
  }
}

const keyOf = ({ at, id }: Pick<SavedAnswerRow, 'at' | 'id'>): string => `${at} ${id}`;

const values = ({ kind, title, text, lang, categories, reviewOn }: AnswerTold): readonly unknown[] => [kind, title, text, lang, categories, reviewOn, searchText(title), searchText(categories.join(' ')), searchText(text)];

/** The words of title, categories and text, which begin at this parameter. */
const searchOf = (lang: number, first: number): string =>
  ['A', 'B', 'D'].map((weight, at) => `setweight(to_tsvector(search_config($${lang}::text), $${first + at}::text), '${weight}')`).join(' || ');

const conditions = (filter: AnswerFilter, bind: Bind, libraryId: string): readonly string[] => {
  const { standing, search, kind, category, lang, due, whose } = filter;
  return [
    `a.standing = ${bind(standing)}`,
    ...(search === undefined ? [] : [`a.words @@ websearch_to_tsquery(search_config(a.lang), ${bind(searchText(search))})`]),
    ...(kind === undefined ? [] : [`a.kind = ${bind(kind)}`]),
    ...(category === undefined ? [] : [`${bind(category)} = any(a.categories)`]),
    ...(lang === undefined ? [] : [`${primary('a.lang')} = ${bind(primaryOf(lang))}`]),
    ...(due === undefined ? [] : [`coalesce(a.review_on <= (select (now() at time zone l.time_zone)::date from library l where l.id = ${bind(libraryId)}), false) = ${bind(due)}`]),
    ...(whose === undefined ? [] : [ownerIs[whose]]),
  ];
};
