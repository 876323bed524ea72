import { readSql } from '../../database/index.js';

/** Since when an account that listens has heard nothing. */
export interface Silence {
  readonly id: string;
  readonly libraryId: string;
  /** At most sixty characters of it. */
  readonly name: string;
  readonly health: string;
  readonly since: Date;
  /** Whether it ever heard anything. */
  readonly heard: boolean;
  readonly late: boolean;
  readonly blind: boolean;
}

/** A query of {@link Silence}, one row for each account that listens, without parameters. */
export const silenceSql = readSql(import.meta.url, './silence.sql');
