import type { Refusal } from '@earshot/plugin-sdk';
import { rerank } from '../../conversations/index.js';
import { type Database, type Tx, readSql } from '../../database/index.js';
import { type Labels, neverClassified } from '../../understanding/index.js';
import { type Cause, decide } from '../decide.js';
import { forgetPosts } from '../forgetting/forget-posts.js';
import { withdrawReplies } from '../forgetting/withdraw-replies.js';

interface HeardPost { readonly id: string; readonly threadId: string; readonly cause: Cause; readonly refusals: readonly Refusal[] }

/** Profiles at once: one transaction holds the posts of so many people. */
const atOnce = 20;
const causesSql = readSql(import.meta.url, './heard-posts.sql');

/**
 * Carries out, in what was stored, what authors refuse since: what may not be kept goes, what may not be found leaves the index, what may not
 * be judged loses its findings, and replies that may not be sent are withdrawn. Answers with how many people it dealt with; zero means done.
 *
 * The mark `profile.heeded` is set with the refusals and cleared with this, so that nothing is lost by a crash in between. Safe in several
 * processes at once.
 */
export const heedRefusals = (database: Database, labels: Labels): Promise<number> =>
  database.keeping(async (tx) => {
    const profiles = await tx.query<{ id: string }>('select id from profile where not heeded order by id limit $1 for update skip locked', [atOnce]);
    if (profiles.length === 0) return 0;
    const ids = profiles.map((row) => row.id);
    await heed(tx, await tx.query<HeardPost>(causesSql, [ids]), labels);
    await tx.query('update profile set heeded = true where id = any($1::uuid[])', [ids]);
    return ids.length;
  });

const heed = async (tx: Tx, posts: readonly HeardPost[], labels: Labels): Promise<void> => {
  const refusing = (purpose: Refusal['purpose']): readonly HeardPost[] => posts.filter(({ refusals, cause }) => !decide(refusals, cause, purpose).allowed);
  const goes = new Set(refusing('keep').map(({ id }) => id));
  const stays = (post: HeardPost): boolean => !goes.has(post.id);
  await forgetPosts(tx, new Map([...goes].map((id) => [id, 'refused' as const])), labels);
  await tx.query('update post set search = null where id = any($1::uuid[]) and search is not null', [refusing('search').filter(stays).map(({ id }) => id)]);
  await unjudge(tx, refusing('classify').filter(stays), labels);
  for (const [sign, answered] of Map.groupBy(refusing('answer').filter(stays), ({ refusals, cause }) => decide(refusals, cause, 'answer').because?.sign ?? ''))
    await withdrawReplies(tx, answered.map(({ id }) => id), `refused: ${sign}`);
};

const unjudge = async (tx: Tx, posts: readonly HeardPost[], labels: Labels): Promise<void> => {
  if (posts.length === 0) return;
  const ids = posts.map(({ id }) => id);
  await tx.query('delete from finding where post_id = any($1::uuid[])', [ids]);
  await tx.query('update post set classified_by = array[$2] where id = any($1::uuid[])', [ids, neverClassified]);
  const conversations = await tx.query<{ id: string }>('select id from conversation where thread_id = any($1::uuid[]) and merged_into is null', [[...new Set(posts.map(({ threadId }) => threadId))]]);
  await rerank(tx, conversations.map((row) => row.id), labels);
};
