import type { Need, Suggestion } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { newId, type Tx } from '../database/index.js';
import { adviceColumns, type AdviceRow, type AskedOf } from './advice.row.js';
import { type FoundSuggestion, type JoinedSuggestion, type StoredSuggestion, joinSuggestions } from './join-suggestions.js';

/** Needs of one conversation that are remembered: asking about another forgets the one asked longest ago. */
const mostNeeds = 10;

export interface AskedNeed extends Need {
  /** Empty where nothing was found that says it. */
  readonly restated: string;
  /** The post that it was taken from; absent where staff said it. */
  readonly fromPostId?: string;
  /** A librarian would ask back before looking. */
  readonly unclear: boolean;
}

export interface NewAdvice {
  readonly libraryId: string;
  readonly conversationId: string;
  readonly askedBy: string;
  readonly need: AskedNeed;
  readonly advisors: readonly AskedOf[];
}

export type AdviceToDo = AdviceRow & {
  /** Of the words in which the need is said. */
  readonly lang: string | null;
  readonly near: string | null;
  /** Of the post that the need is of, as far as it is known. */
  readonly authorLang: string | null;
};

/** The statements by which advice is asked for, comes in and ends. Every method takes part in the caller's transaction. */
@Injectable()
export class AdviceRepository {
  /** Instead of whatever was found for the same need before. @returns the ids, in the order of the advisors. */
  async ask(tx: Tx, { libraryId, conversationId, askedBy, need, advisors }: NewAdvice): Promise<readonly string[]> {
    await lock(tx, conversationId);
    await tx.query(
      `delete from advice where conversation_id = $1 and library_id = $2 and (need = $3 or need in (
         select need from advice where conversation_id = $1 and library_id = $2 and need <> $3 group by need order by max(asked_at) desc offset $4))`,
      [conversationId, libraryId, need.restated, mostNeeds - 1],
    );
    const ids = advisors.map(() => newId());
    await tx.query(
      `insert into advice(id, library_id, conversation_id, account_id, house, need, lang, near, from_post_id, asked_by)
       select id, $3, $4, account, house, $5, $6, $7, $8, $9 from unnest($1::uuid[], $2::uuid[], $10::text[]) as a(id, account, house)`,
      [ids, advisors.map(({ accountId }) => accountId), libraryId, conversationId, need.restated, need.lang ?? null, need.near ?? null, need.fromPostId ?? null, askedBy, advisors.map(({ house }) => house)],
    );
    return ids;
  }

  /** What is to be asked, with all that an attempt before this one found forgotten; undefined where it is not wanted any more. */
  async begin(tx: Tx, libraryId: string, id: string): Promise<AdviceToDo | undefined> {
    const [row] = await tx.query<AdviceToDo>(
      `select ${adviceColumns}, d.lang, d.near,
         (select p.lang from conversation c join heard_post p on p.id = coalesce(d.from_post_id, c.top_post_id) and p.conversation_id = c.id and p.library_id = c.library_id where c.id = d.conversation_id) as "authorLang"
       from advice d where d.id = $1 and d.library_id = $2 and d.state = 'asking'`,
      [id, libraryId],
    );
    if (row !== undefined) await tx.query('delete from suggestion where advice_id = $1 and library_id = $2', [id, libraryId]);
    return row;
  }

  /** @returns false where the advice is not wanted any more: it was asked for anew, or its conversation is gone. */
  async add(tx: Tx, advice: AdviceRow, found: readonly FoundSuggestion[]): Promise<boolean> {
    await lock(tx, advice.conversationId);
    const [standing] = await tx.query<{ conversationId: string }>(
      `select conversation_id as "conversationId" from advice where id = $1 and library_id = $2 and state = 'asking' for share`,
      [advice.id, advice.libraryId],
    );
    if (standing === undefined) return false;
    const stored = await tx.query<StoredSuggestion>(
      `select s.id, s.advice_id as "adviceId", s.same_as as "sameAs", s.keys from suggestion s join advice d on d.id = s.advice_id
       where d.conversation_id = $1 and d.library_id = $2 and d.need = $3 order by s.same_as nulls first, s.rank desc, s.id`,
      [standing.conversationId, advice.libraryId, advice.need],
    );
    const { added, raised } = joinSuggestions(advice.id, stored, found);
    // One statement: a foreign key is checked at its end, so that what is joined may point at what comes with it.
    await tx.query(insertSql, [advice.libraryId, standing.conversationId, advice.id, JSON.stringify(added.map(written))]);
    await tx.query('update suggestion s set rank = s.rank + r.worth from unnest($1::uuid[], $2::float8[]) as r(id, worth) where s.id = r.id and s.library_id = $3 and not s.id = any($4::uuid[])', [
      [...raised.keys()], [...raised.values()], advice.libraryId, added.map(({ id }) => id),
    ]);
    return true;
  }

  /** @returns whether all that were asked about this need have ended with this one. */
  async end(tx: Tx, advice: AdviceRow, failure: string | undefined): Promise<boolean> {
    await lock(tx, advice.conversationId);
    const ended = await tx.query(`update advice set state = $3, words = $4, ended_at = now() where id = $1 and library_id = $2 and state = 'asking' returning 1`, [
      advice.id, advice.libraryId, failure === undefined ? 'answered' : 'failed', failure ?? null,
    ]);
    const asking = await tx.query(`select 1 from advice d join advice mine on mine.id = $1 where d.conversation_id = mine.conversation_id and d.need = mine.need and d.library_id = $2 and d.state = 'asking' limit 1`, [
      advice.id, advice.libraryId,
    ]);
    return ended.length > 0 && asking.length === 0;
  }

  /** Fills in what is not known yet of what shares an identifier. Nothing that an advisor found itself is replaced. */
  async enrich(tx: Tx, advice: AdviceRow, { summary, cover }: Suggestion, keys: readonly string[]): Promise<void> {
    await tx.query(
      `update suggestion s set summary = coalesce(s.summary, $4), cover = coalesce(s.cover, $5) from advice d, advice mine
       where mine.id = $1 and d.id = s.advice_id and d.conversation_id = mine.conversation_id and d.need = mine.need and s.library_id = $2 and s.keys && $3::text[]`,
      [advice.id, advice.libraryId, keys, summary ?? null, cover?.href ?? null],
    );
  }
}

/** Advisors of one conversation store what they found one after the other, so that each sees what the others found. */
const lock = (tx: Tx, conversationId: string): Promise<unknown> => tx.query(`select pg_advisory_xact_lock(hashtextextended('advice ' || $1, 0))`, [conversationId]);

const insertSql = `insert into suggestion(id, library_id, conversation_id, advice_id, title, cite, answer_id, summary, cover, identifiers, keys, availability, availability_at, starts, place, same_as, rank, asked_at)
  select t.id, $1, $2, $3, t.title, t.cite, t.answer_id, t.summary, t.cover, t.identifiers, t.keys, t.availability, t.availability_at, t.starts, t.place, t.same_as, t.rank, d.asked_at
  from jsonb_to_recordset($4::jsonb) as t(id uuid, title text, cite text, answer_id uuid, summary text, cover text, identifiers jsonb, keys text[], availability text, availability_at timestamptz, starts timestamptz,
    place int, same_as uuid, rank float8) join advice d on d.id = $3`;

const written = ({ id, keys, place, sameAs, rank, suggestion: { title, cite, answerId, summary, cover, identifiers, availability, starts } }: JoinedSuggestion): object => ({
  id, title, cite: cite?.href, answer_id: answerId, summary, cover: cover?.href, identifiers, keys, availability: availability?.text, availability_at: availability?.at, starts, place, same_as: sameAs, rank,
});
