import type { ReadScope } from '../database/index.js';
import type { Page } from '../graphql/index.js';
import { searchText } from '../language/index.js';
import { type Bind, conversationKeysets, type ConversationFilter, type ConversationOrder, inOrderOf, listConditions, type ListedConversation, type ListQuery, type ListReader, stateCondition, walksOf } from './conversation-list.js';
import { conversationColumns } from './conversation.row.js';

export interface ConversationSearch {
  readonly filter: ConversationFilter;
  readonly text: string;
  readonly order: ConversationOrder;
  readonly reader: ListReader;
  readonly page: Page;
}

/** How many conversations are looked into before all posts with the words are: by all walks together, and by one at most. */
export interface Reach {
  readonly together: number;
  readonly each: number;
}

const firstReach: Reach = { together: 2_000, each: 300 };
/** So many times as far the second look goes at most. What would have to go further is rare enough for reading all of it: at a million posts, some thousand. */
const furthest = 5;

/**
 * A page by text. To find words is cheap; what common ones cost is to read all that have them, posts and conversations, for their order, and what rare
 * ones cost is to walk past all that have them not. So the foremost conversations of the order are looked into first, which fills the page of a word
 * that one in twenty has. How many of them have it tells how far to look for the rest; where that is too far, all posts with the words are read.
 * Each way finds the same: only the cost depends on what is chosen. (PostgreSQL's own statistics know a thousand words, and guess the others.)
 */
export const searchPage = async (reads: ReadScope, search: ConversationSearch, reach = firstReach): Promise<readonly ListedConversation[]> => {
  const { limit } = search.page;
  // What is hidden stands in no index of an order.
  if (search.filter.state === 'hidden') return ask(reads, foundQuery(search));
  const first = await look(reads, search, reach);
  if (first.whole) return first.rows;
  const times = (1.5 * limit) / first.rows.length;
  if (times <= furthest) {
    const second = await look(reads, search, { together: reach.together * times, each: reach.each * times });
    if (second.whole) return second.rows;
  }
  return ask(reads, foundQuery(search));
};

/** What the foremost conversations bring, and whether that is the page. */
const look = async (reads: ReadScope, search: ConversationSearch, reach: Reach): Promise<{ readonly rows: readonly ListedConversation[]; readonly whole: boolean }> => {
  const [foremost] = await ask<Foremost>(reads, foremostQuery(search, reach));
  const rows = foremost === undefined || foremost.ids === null ? [] : await ask<ListedConversation>(reads, foundQuery(search, foremost));
  return { rows, whole: foremost?.more !== true || rows.length === search.page.limit };
};

const ask = <Row = ListedConversation>(reads: ReadScope, { sql, parameters }: ListQuery): Promise<Row[]> => reads.query<Row>(sql, parameters);

/** Arrays as PostgreSQL writes them, since they only go back to it; null where there are none. */
interface Foremost {
  readonly ids: string | null;
  readonly threads: string | null;
  /** Whether others come after these in the order. */
  readonly more: boolean;
}

/**
 * The conversations with which the order begins, after the beginning of the page: each walk is cut off, and all are in order up to where the first
 * one was. What the filter says beside the order is not asked here, so that the cost does not depend on it.
 */
const foremostQuery = ({ filter, order, reader, page }: ConversationSearch, reach: Reach): ListQuery => {
  const parameters: unknown[] = [];
  const bind: Bind = (value) => `$${parameters.push(value)}`;
  const { orderBy } = conversationKeysets[order];
  const { walks, condition, perLibrary } = walksOf(filter, order, bind(reader.libraries), bind);
  const limit = bind(Math.max(1, Math.floor(Math.min(reach.each, reach.together / (reader.libraries.length * perLibrary)))));
  const sql = `select array_agg(w.id)::text as ids, array_agg(w.thread_id)::text as threads, coalesce(bool_or(w.at = w.cut), false) as more from (
      select w.*, min(w.at) filter (where w.place = ${limit}) over () as cut from (
        select c.id, c.thread_id, c.place, row_number() over (${orderBy}) as at from ${walks} cross join lateral (
          select c.*, row_number() over (${orderBy}) as place from conversation c
          where ${[condition, ...inOrderOf(filter, order)].join(' and ')} ${page.after(parameters)}
          ${orderBy} limit ${limit}) c) w) w
    where w.cut is null or w.at <= w.cut`;
  return { sql, parameters };
};

/**
 * The page of what has the words: of all, or of some conversations. These are named with their threads, by whose index PostgreSQL sees which posts
 * with the words are in them, and reads no other.
 */
const foundQuery = ({ filter, text, order, reader, page }: ConversationSearch, among?: Foremost): ListQuery => {
  const parameters: unknown[] = [];
  const bind: Bind = (value) => `$${parameters.push(value)}`;
  const { columns, select, orderBy } = conversationKeysets[order];
  const libraries = bind(reader.libraries);
  const limit = bind(page.limit);
  const inside = among === undefined ? '' : `and c.thread_id = any(${bind(among.threads)}::uuid[]) and c.id = any(${bind(among.ids)}::uuid[])`;
  const sql = `with found as materialized (
      select c.id, (array_agg(c.post_id order by c.posted_at desc, c.post_id desc))[1] as post_id from heard_text c
      where c.library_id = any(${libraries}::uuid[]) ${inside} and ${matches(text, reader.languages, bind)}
        and ${stateCondition(filter, bind)} and ${listConditions(filter, order, reader, libraries, bind)} ${page.after(parameters)}
      group by ${columns} ${orderBy} limit ${limit})
    select ${conversationColumns}, ${select}, found.post_id as "matchingPostId" from found join conversation c on c.id = found.id
    where c.library_id = any(${libraries}::uuid[]) ${orderBy}`;
  return { sql, parameters };
};

/**
 * Posts are indexed by the rules of their own language, so the question is asked by the rules of every language of the libraries and of none
 * ("simple"), in one index condition. "or" would let a `-word` pass that another language spells otherwise, so a question with one is
 * checked again by the post's own language.
 */
const matches = (text: string, languages: readonly string[], bind: Bind): string => {
  const asked = searchText(text);
  const question = bind(asked);
  const configurations = [...new Set(['und', ...languages])].map((language) => `websearch_to_tsquery(search_config(${bind(language)}), ${question})`);
  const found = `c.search @@ (${configurations.join(' || ')})`;
  return asked.includes('-') ? `${found} and c.search @@ websearch_to_tsquery(search_config(c.lang), ${question})` : found;
};
