import type { Post } from '@earshot/plugin-sdk';
import { rerank } from '../conversations/index.js';
import type { Database } from '../database/index.js';
import { type NamedClassifier, effectsOf, judge, neverClassified, seenMark, storeFindings } from '../understanding/index.js';

interface Row { id: string; network: string; remote_id: string; version: string; url: string; posted_at: Date; text: string; lang: string | null; audience: Post['audience']; tags: string[] }

/** Posts whose verdicts are renewed when a classifier changes: older ones stay as they were judged. */
const recentDays = 30;

/**
 * Shows recent posts to those quick classifiers that have not seen them, or saw them in another version: a batch, and answers with its size.
 * Zero means done. Posts that no program may judge carry a mark of their own and are never shown. Safe to run in several processes at once.
 */
export const classifyAgain = async (database: Database, classifiers: readonly NamedClassifier[], batch = 500): Promise<number> => {
  const quick = classifiers.filter(({ classifier }) => classifier.when === 'with-store');
  if (quick.length === 0) return 0;
  const marks = quick.map(({ id, classifier }) => seenMark(id, classifier.version));
  return database.listening(async (tx) => {
    const rows = await tx.query<Row>(
      `select id, network, remote_id, version, url, posted_at, text, lang, audience, tags from post
       where known and gone_at is null and text is not null and heard_at > now() - make_interval(days => $1)
         and not (classified_by @> $2::text[]) and not ($3 = any(classified_by))
       order by id limit $4 for update skip locked`,
      [recentDays, marks, neverClassified, batch],
    );
    if (rows.length === 0) return 0;
    const judging = await judge(quick, rows.map((row) => ({ post: asPost(row), places: [] })), AbortSignal.timeout(30_000));
    await storeFindings(tx, rows.map((row, index) => ({ postId: row.id, judged: judging.judged[index] ?? { findings: [], seenBy: [] } })));
    // Also where one failed: it is asked again when it changes, and not at every turn.
    await tx.query('update post set classified_by = $2::text[] where id = any($1::uuid[])', [rows.map((row) => row.id), marks]);
    const conversations = await tx.query<{ id: string }>(
      'select distinct c.id from conversation c join post p using (thread_id) where p.id = any($1::uuid[]) and c.merged_into is null', [rows.map((row) => row.id)]);
    await rerank(tx, conversations.map((row) => row.id), effectsOf(classifiers));
    return rows.length;
  });
};

const asPost = (row: Row): Post => ({
  ref: { network: row.network, id: row.remote_id }, version: row.version, url: row.url, postedAt: row.posted_at, text: row.text, audience: row.audience, mentions: [], tags: row.tags, media: [], refusals: [],
  ...(row.lang === null ? {} : { lang: row.lang }),
});
