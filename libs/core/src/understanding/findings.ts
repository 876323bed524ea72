import type { Tx } from '../database/index.js';
import { newId } from '../database/index.js';
import { type Judged, neverClassified } from './classifiers.js';

/** What classifiers that saw a post found on it. */
interface JudgedPost {
  readonly postId: string;
  readonly judged: Judged;
}

/** Puts what was found on posts in the place of what the same classifiers had found on them before. */
export const replaceFindings = async (tx: Tx, posts: readonly JudgedPost[]): Promise<number> => {
  const seen = posts.filter((each) => each.judged.seenBy.some((mark) => mark !== neverClassified));
  if (seen.length > 0)
    await tx.query(
      `delete from finding f using unnest($1::uuid[], $2::text[]) as again(post_id, classifier)
       where f.post_id = again.post_id and f.classifier = again.classifier`,
      [
        seen.flatMap(({ postId, judged }) => judged.seenBy.map(() => postId)),
        seen.flatMap(({ judged }) => judged.seenBy.map((mark) => mark.slice(0, mark.lastIndexOf('@')))),
      ],
    );
  return addFindings(tx, posts);
};

/** Stores what was found on posts that have no findings yet, or none any more. Answers with how many there are. */
export const addFindings = async (tx: Tx, posts: readonly JudgedPost[]): Promise<number> => {
  const rows = posts.flatMap(({ postId, judged }) => judged.findings.map((finding) => ({ postId, finding })));
  if (rows.length === 0) return 0;
  await tx.query(
    `insert into finding(id, post_id, classifier, version, label, score, spans, place, restated)
     select id, post_id, classifier, version, label, score, spans::int[], place, restated
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[], $8::uuid[], $9::text[])
       as made(id, post_id, classifier, version, label, score, spans, place, restated)
     on conflict (post_id, classifier, label, place) do update set score = greatest(finding.score, excluded.score)`,
    [
      rows.map(() => newId()),
      rows.map((row) => row.postId),
      rows.map((row) => row.finding.classifier),
      rows.map((row) => row.finding.version),
      rows.map((row) => row.finding.label),
      rows.map((row) => row.finding.score),
      rows.map((row) => `{${row.finding.spans.flat().join(',')}}`),
      rows.map((row) => row.finding.place ?? null),
      rows.map((row) => row.finding.restated ?? null),
    ],
  );
  return rows.length;
};
