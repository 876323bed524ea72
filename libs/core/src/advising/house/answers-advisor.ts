import { searchText } from '../../language/index.js';
import { answersAt, primary } from '../saved-answers/answers-at.js';
import { primaryOf } from '../saved-answers/saved-answer.row.js';
import type { AnswerFound, HouseAdvisor } from './house-advisor.js';

const mostAnswers = 5;

/**
 * Finds what staff wrote for such a need: answers that have at least half of its words, as far as those of their own language tell something. Those in the author's language come
 * first, then those that have more of the words, and have them where it counts; a library's own before one of those above it.
 */
export const answersAdvisor: HouseAdvisor = async (tx, { libraryId, restated, lang }) => {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const [from, need, author] = [answersAt(bind, [libraryId]), bind(searchText(restated)), bind(primaryOf(lang ?? ''))];
  const rows = await tx.query<{ id: string; title: string }>(
    `with answers as materialized (select * from ${from} a where a.kind = 'answer' and a.standing = 'used'),
     asked as (
       select l.lang, to_tsvector(search_config(l.lang), ${need}::text) as words, replace(plainto_tsquery(search_config(l.lang), ${need}::text)::text, '&', '|')::tsquery as query
       from (select distinct lang from answers) l),
     matched as (
       select a.*, q.query, length(q.words) as wanted, cardinality(array(select unnest(tsvector_to_array(q.words)) intersect select unnest(tsvector_to_array(a.words)))) as shared
       from answers a join asked q on q.lang = a.lang and a.words @@ q.query)
     select id, title from matched where 2 * shared >= wanted
     order by ${primary('lang')} = ${author}::text desc, shared desc, ts_rank(words, query) desc, distance, id limit ${mostAnswers}`,
    parameters,
  );
  return rows.map(asFound);
};

export const asFound = ({ id, title }: { readonly id: string; readonly title: string }): AnswerFound => ({ answerId: id, title, identifiers: [] });
