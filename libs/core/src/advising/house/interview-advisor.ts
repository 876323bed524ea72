import { answersAt, primary } from '../saved-answers/answers-at.js';
import { primaryOf } from '../saved-answers/saved-answer.row.js';
import { asFound } from './answers-advisor.js';
import type { HouseAdvisor } from './house-advisor.js';

const mostQuestions = 10;

/**
 * What a librarian would ask back: the questions of the library, in one language. That is the author's, else the first of the library's languages in which there are any, else English. A library's
 * own come before those of the libraries above it, and these before the program's, each in the order in which they were made.
 */
export const interviewAdvisor: HouseAdvisor = async (tx, { libraryId, lang }) => {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const from = answersAt(bind, [libraryId]);
  const rows = await tx.query<{ id: string; title: string; preference: number }>(
    `select a.id, a.title, p.preference from ${from} a join library l on l.id = a.at
       cross join lateral (select array_position(array[${bind(primaryOf(lang ?? ''))}::text] || array(select ${primary('spoken')} from unnest(l.languages) with ordinality s(spoken, n) order by n) || array['en'], ${primary('a.lang')}) as preference) p
     where a.kind = 'question' and a.standing = 'used' and p.preference is not null
     order by p.preference, a.distance, a.place, a.created_at, a.id limit ${mostQuestions}`,
    parameters,
  );
  return rows.filter(({ preference }) => preference === rows[0]?.preference).map(asFound);
};
