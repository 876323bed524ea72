import { PlatformError } from '../../errors/index.js';
import { isId } from '../../database/index.js';
import type { CappedCount, Connection } from './connection.model.js';
import { type PageArgs, pageLimit } from './page.args.js';

/** A column of an order, as it stands in the statement (`c.rank`). All are not null, and the last one is unique. */
export interface KeyColumn {
  readonly column: string;
  readonly type: 'uuid' | 'timestamptz' | 'float8' | 'bigint' | 'text';
}

/** Rows carry their key in `keyset`, which `Keyset.select` adds. */
export interface Keyed {
  readonly keyset: readonly string[];
}

const moment = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/;
const readable: Readonly<Record<KeyColumn['type'], (value: string) => boolean>> = {
  uuid: isId,
  timestamptz: (value) => moment.test(value) && !Number.isNaN(Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))),
  float8: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  bigint: (value) => /^-?\d{1,18}$/.test(value),
  text: (value) => !value.includes('\0'),
};

/**
 * An order that pages can be cut from, by comparing rows: its cost does not grow with the page, and no row is shown twice because others came.
 *
 *     const newest = new Keyset('newest', 'desc', [{ column: 'c.last_post_at', type: 'timestamptz' }, { column: 'c.id', type: 'uuid' }]);
 *     const page = newest.page(args);
 *     const parameters: unknown[] = [libraries];
 *     const rows = await reads.query<ConversationRow & Keyed>(
 *       `select c.*, ${newest.select} from conversation c where c.library_id = any($1) ${page.after(parameters)} ${newest.orderBy} limit ${page.limit}`, parameters);
 *     return page.connection(rows, ConversationModel.fromRow);
 *
 * Keys travel as text, as PostgreSQL writes them, so that no microsecond is lost on the way; a cursor names its order and is refused by any other.
 */
export class Keyset {
  /** The columns of the key: what groups of rows are grouped by to be in this order. */
  readonly columns: string;
  readonly select: string;
  readonly orderBy: string;

  constructor(private readonly name: string, private readonly direction: 'asc' | 'desc', private readonly key: readonly KeyColumn[]) {
    this.columns = key.map(({ column }) => column).join(', ');
    this.select = `array[${key.map(({ column }) => `(${column})::text`).join(', ')}] as keyset`;
    this.orderBy = `order by ${key.map(({ column }) => `${column} ${direction}`).join(', ')}`;
  }

  /** @throws PlatformError BAD_INPUT for a `first` out of bounds or a cursor that this order did not make. */
  page({ first, after }: Pick<PageArgs, 'first' | 'after'>): Page {
    if (first < 1 || first > pageLimit) throw new PlatformError('BAD_INPUT', `A page holds from 1 to ${pageLimit}.`, 'first');
    return new Page(first, after == null ? undefined : this.read(after), this);
  }

  /** The condition that goes on after `values`, whose parameters it appends. */
  condition(values: readonly string[], parameters: unknown[]): string {
    const placeholders = this.key.map(({ type }, index) => `$${parameters.length + index + 1}::${type}`);
    parameters.push(...values);
    return `and (${this.columns}) ${this.direction === 'asc' ? '>' : '<'} (${placeholders.join(', ')})`;
  }

  cursor({ keyset }: Keyed): string {
    return Buffer.from(JSON.stringify([this.name, ...keyset])).toString('base64url');
  }

  private read(cursor: string): readonly string[] {
    const values = parse(cursor);
    const [name, ...key] = values;
    if (name !== this.name || key.length !== this.key.length || !this.key.every(({ type }, index) => readable[type](key[index] ?? '')))
      throw new PlatformError('BAD_INPUT', 'This cursor is not one of this list in this order.', 'after');
    return key;
  }
}

const parse = (cursor: string): readonly string[] => {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : [];
  } catch {
    // Not JSON: not ours, which the caller says with the name of the argument.
    return [];
  }
};

/** One page that was asked for. */
export class Page {
  /** Rows to ask for: one more than the page holds, by which it knows whether there is a next one. */
  readonly limit: number;

  constructor(readonly first: number, private readonly key: readonly string[] | undefined, private readonly keyset: Keyset) {
    this.limit = first + 1;
  }

  /** `and (…) < (…)`, or nothing on the first page. Appends its parameters. */
  after(parameters: unknown[]): string {
    return this.key === undefined ? '' : this.keyset.condition(this.key, parameters);
  }

  connection<Row extends Keyed, Node>(rows: readonly Row[], nodeOf: (row: Row) => Node, totalCount?: () => Promise<CappedCount>): Connection<Node> {
    const edges = rows.slice(0, this.first).map((row) => ({ cursor: this.keyset.cursor(row), node: nodeOf(row) }));
    return {
      edges,
      pageInfo: {
        hasNextPage: rows.length > this.first,
        hasPreviousPage: this.key !== undefined,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
      ...(totalCount === undefined ? {} : { totalCount }),
    };
  }
}
