import type { Type } from '@nestjs/common';
import { Field, type FieldMiddleware, Int, ObjectType } from '@nestjs/graphql';
import { Cursor } from '../scalars/cursor.scalar.js';

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether this page was asked for after another.' })
  hasPreviousPage!: boolean;

  @Field(() => Cursor, { nullable: true, description: 'Of the first edge; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => Cursor, { nullable: true, description: 'Of the last edge, to be given as `after`; null on an empty page.' })
  endCursor!: string | null;
}

/** Counting stops here: past it a count costs more than it tells. */
export const countLimit = 1_000;

@ObjectType({ description: `How many there are, counted up to ${countLimit}.` })
export class CappedCount {
  @Field(() => Int, { description: `The number, or ${countLimit} where there are more.` })
  value!: number;

  @Field(() => Boolean, { description: 'Whether counting stopped: there are more than `value`.' })
  capped!: boolean;

  /** From a count of at most `countLimit + 1` rows: `select count(*)::int from (select 1 from … limit 1001) counted`. */
  static of(counted: number): CappedCount {
    return Object.assign(new CappedCount(), { value: Math.min(counted, countLimit), capped: counted > countLimit });
  }
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: PageInfo;
  /** Runs only where the client asks for it. */
  readonly totalCount?: () => Promise<CappedCount>;
}

/** Fields of Nest answer with what stands in them, and call no function, as GraphQL's own do. */
const countWhereAsked: FieldMiddleware = async (_context, next) => {
  const count: unknown = await next();
  return typeof count === 'function' ? (count as () => unknown)() : count;
};

/**
 * The Relay types of a list: `<name>Connection` and `<name>Edge`. Call it once for a list, beside the node's model:
 *
 *     export class ConversationConnection extends connectionOf('Conversation', ConversationModel) {}
 *
 * Answer with what `Page.connection` makes.
 */
export const connectionOf = <Node>(name: string, node: Type<Node>): Type<Connection<Node>> => {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a list.` })
  class EdgeOf implements Edge<Node> {
    @Field(() => Cursor, { description: 'The place of this edge, to be given as `after`.' })
    readonly cursor!: string;

    @Field(() => node, { description: 'What the list holds here.' })
    readonly node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class ConnectionOf implements Connection<Node> {
    @Field(() => [EdgeOf], { description: 'In the order of the list.' })
    readonly edges!: readonly EdgeOf[];

    @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
    readonly pageInfo!: PageInfo;

    @Field(() => CappedCount, { nullable: true, middleware: [countWhereAsked], description: 'How many the whole list holds; null where nobody counts them.' })
    readonly totalCount?: () => Promise<CappedCount>;
  }
  return ConnectionOf;
};
