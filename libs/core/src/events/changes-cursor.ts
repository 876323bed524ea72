import { isId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';

/** A place in the course of changes: everything up to it was told. */
export interface ChangesCursor {
  /** Of databases: transactions are counted within it. */
  readonly cluster: string;
  /** What committed with this number or a higher one is yet to be told. */
  readonly transaction: string;
  /** When it was given, in minutes since 1970. */
  readonly minute: number;
  /** In the middle of a page by page answer: the last that was told, and where the next answer goes on from after the last page. */
  readonly within?: { readonly kind: string; readonly id: string; readonly then: string };
}

const written = /^changes ([\w-]{16}) (\d{1,19}) (\d{1,10})(?: ([a-z-]{1,40}) ([0-9a-f-]{36}) (\d{1,19}))?$/;

export const writeCursor = ({ cluster, transaction, minute, within }: ChangesCursor): string => {
  const place = within === undefined ? '' : ` ${within.kind} ${within.id} ${within.then}`;
  return Buffer.from(`changes ${cluster} ${transaction} ${minute}${place}`).toString('base64url');
};

/** @throws PlatformError BAD_INPUT where it is none of ours */
export const readCursor = (cursor: string): ChangesCursor => {
  const [, cluster, transaction, minute, kind, id, then] = written.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (cluster === undefined || transaction === undefined || minute === undefined || (id !== undefined && !isId(id))) throw new PlatformError('BAD_INPUT', 'This cursor is not one of changes.', 'cursor');
  return { cluster, transaction, minute: Number(minute), ...(kind === undefined || id === undefined || then === undefined ? {} : { within: { kind, id, then } }) };
};
