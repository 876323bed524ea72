import { startersAsJson } from './starter-questions.js';

/** Adds a parameter, and answers with its place. */
export type Bind = (value: unknown) => string;

/** The columns of a SavedAnswerRow of `answersAt(…) a`. */
export const savedAnswerColumns = `a.id, a.library_id as "libraryId", a.at, a.standing, a.kind, a.title, a.text, a.lang, a.categories, a.review_on::text as "reviewOn", a.instead_of as "insteadOfId",
  a.created_by as "createdById", a.created_at as "createdAt", a.changed_by as "changedById", a.changed_at as "changedAt", a.version`;

/** The language without its region, of a column. */
export const primary = (column: string): string => `split_part(lower(${column}), '-', 1)`;

const ofLine = (of: string): string => `exists (select 1 from library_line n where n.library_id = s.at and n.ancestor_id = ${of}.library_id)`;

/**
 * A table expression: every answer as each of these libraries sees it. Its own, those of the libraries above it, and those that come with the program, with how each stands there,
 * how far away it is written, and its words. What another library removed is not seen; nor is anything at a library where the actor has no role.
 *
 * The program's own are no rows, so that a new version of it brings them up to date. Some thousand answers are as many as a library has: the words are compared one
 * after another.
 */
export const answersAt = (bind: Bind, libraries: readonly string[]): string => {
  const at = `${bind(libraries)}::uuid[]`;
  return `(
    select s.*, case when s.removed_at is not null then 'removed'
        when exists (select 1 from saved_answer_hiding h where h.answer_id = s.id and ${ofLine('h')}) then 'hidden'
        when exists (select 1 from saved_answer o where o.instead_of = s.id and o.removed_at is null and ${ofLine('o')}) then 'replaced' else 'used' end as standing
    from (
      select up.library_id as at, up.distance, 0 as place, a.id, a.library_id, a.kind, a.title, a.text, a.lang, a.categories, a.review_on, a.instead_of, a.created_by, a.created_at, a.changed_by,
        a.changed_at, a.removed_at, a.version, coalesce(a.search, to_tsvector(search_config(a.lang), lower(a.title || ' ' || a.text))) as words
      from library_line up join saved_answer a on a.library_id = up.ancestor_id
      where up.library_id = any(${at}) and up.library_id in (select scope()) and (a.removed_at is null or a.library_id = up.library_id)
      union all
      select l.at, 1000, c.place, c.id, null, 'question', c.title, c.text, c.lang, c.categories, null, null, null, null, null,
        null, null, 1, to_tsvector(search_config(c.lang), c.words)
      from unnest(${at}) l(at) cross join jsonb_to_recordset(${bind(startersAsJson)}::jsonb) c(id uuid, title text, text text, lang text, categories text[], words text, place int)
      where l.at in (select scope())
    ) s)`;
};
