import type { Target } from '@earshot/plugin-sdk';
import { Database, readSql } from '../../database/index.js';
import type { FillVerdict } from './fill-verdict.js';

const takeSql = { gap: readSql(import.meta.url, './sql/take-gaps.sql'), history: readSql(import.meta.url, './sql/take-histories.sql') } as const;

/** A gap of a channel's coverage, or the days before a follow began. */
export type FillKind = keyof typeof takeSql;

/** A stretch of time that this process asks for, and nobody else. */
export interface TakenFill {
  readonly kind: FillKind;
  /** Of the gap, or of the follow. */
  readonly id: string;
  readonly token: string;
  readonly accountId: string;
  readonly libraryId: string;
  readonly plugin: string;
  readonly channelId: string;
  readonly targets: readonly Target[];
  /** So many of them were asked for at earlier tries. */
  readonly targetsDone: number;
  readonly since: Date;
  readonly until: Date;
  readonly notedAt: Date;
  readonly posts: number;
  readonly tries: number;
}

export interface FillSettled {
  readonly verdict: FillVerdict;
  readonly targetsDone: number;
  readonly posts: number;
  readonly words: string | null;
}

const historyStates = { closed: 'done', 'partly-closed': 'partly', lost: 'unavailable' } as const;

/** Rows of coverage_gap and follow_history, as back-filling reads and writes them. Times are handed in. */
export class Fills {
  constructor(private readonly database: Database) {}

  async take(kind: FillKind, told: { readonly now: Date; readonly until: Date; readonly most: number; readonly plugins: readonly string[] }): Promise<readonly TakenFill[]> {
    const holder = await this.database.holder();
    const rows = await this.database.listening((tx) => tx.query<Omit<TakenFill, 'kind'>>(takeSql[kind], [told.now, told.until, told.most, told.plugins, holder]));
    // Which comes first is the order of the taking, and no UPDATE gives its rows in it: staff read what was said last.
    return rows.map((row) => ({ kind, ...row })).toSorted((a, b) => (kind === 'gap' ? b.until.getTime() - a.until.getTime() : 0));
  }

  /** How far it is, for whoever watches. */
  async progress({ kind, id, token }: TakenFill, posts: number, targetsDone: number): Promise<void> {
    await this.database.listening((tx) =>
      kind === 'gap'
        ? tx.query('update coverage_gap set posts = $3, targets_done = $4 where id = $1 and lease_token = $2', [id, token, posts, targetsDone])
        : tx.query('update follow_history set posts = $3 where follow_id = $1 and lease_token = $2', [id, token, posts]));
  }

  /** Gives it back. What somebody else has taken meanwhile is left to them. */
  async settle({ kind, id, token, accountId, libraryId }: TakenFill, { verdict, targetsDone, posts, words }: FillSettled): Promise<void> {
    const state = 'state' in verdict ? verdict.state : undefined;
    const [tries, tryAt] = 'state' in verdict ? [null, null] : [verdict.tries, verdict.tryAt];
    await this.database.listening(async (tx) => {
      if (kind === 'gap') {
        await tx.query(
          `update coverage_gap set state = coalesce($3, state), words = $8, targets_done = $4, posts = $5, tries = coalesce($6, tries), try_at = coalesce($7, try_at), lease_until = null where id = $1 and lease_token = $2`,
          [id, token, state ?? null, targetsDone, posts, tries, tryAt, state === 'closed' ? null : words]);
        tx.hint({ kind: 'account', id: accountId, library: libraryId });
      } else
        await tx.query(
          `update follow_history set state = coalesce($3, state), words = $4, posts = $5, tries = coalesce($6, tries), try_at = coalesce($7, try_at), lease_until = null where follow_id = $1 and lease_token = $2`,
          [id, token, state === undefined ? null : historyStates[state], words, posts, tries, tryAt]);
    });
  }
}
