import { type Keyed, Keyset, type Page } from '../graphql/index.js';
import { conversationColumns, type ConversationRow, type ConversationState } from './conversation.row.js';

export interface ConversationFilter {
  /** All of the reader's when absent. */
  readonly libraries?: readonly string[] | undefined;
  /** `hidden` shows what was hidden, whatever its state; without it, nothing hidden is shown. Absent: every state but `begun`, in which nobody but us spoke. */
  readonly state?: ConversationState | 'hidden' | undefined;
  readonly assignee?: 'me' | 'none' | { readonly id: string } | undefined;
  readonly label?: { readonly id: string; readonly minScore?: number | undefined } | undefined;
  readonly network?: string | undefined;
  /** Heard by a follow of this list. */
  readonly followList?: string | undefined;
  /** A language tag, of letters, digits and hyphens; `en` also finds `en-GB`. */
  readonly language?: string | undefined;
  /** By the newest post: from `since`, before `until`. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Of {@link searchPage}. */
  readonly text?: string | undefined;
  /** True: only what is snoozed now. Otherwise snoozed conversations are left out. */
  readonly snoozed?: boolean | undefined;
}

/** `waiting`: longest first, and only those in which somebody waits. */
export const conversationOrders = ['rank', 'newest', 'waiting'] as const;
export type ConversationOrder = (typeof conversationOrders)[number];

export interface ListReader {
  readonly actor: string;
  /** The libraries to look in: never empty, and all of them the reader's. */
  readonly libraries: readonly string[];
  /** Languages of these libraries. */
  readonly languages: readonly string[];
}

/** A conversation in a list. */
export interface ListedConversation extends ConversationRow, Keyed {
  /** The newest post that the text was found in; only of a list by text. */
  readonly matchingPostId: string | null;
}

export interface ListQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Adds a value to a statement and says how the statement names it. */
export type Bind = (value: unknown) => string;

const keyset = (name: ConversationOrder, column: string, type: 'float8' | 'timestamptz', direction: 'asc' | 'desc'): Keyset =>
  new Keyset(`conversations by ${name}`, direction, [{ column, type }, { column: 'c.id', type: 'uuid' }]);

/** What a page of each order is cut by. */
export const conversationKeysets: Readonly<Record<ConversationOrder, Keyset>> = {
  rank: keyset('rank', 'c.rank', 'float8', 'desc'),
  newest: keyset('newest', 'c.last_post_at', 'timestamptz', 'desc'),
  waiting: keyset('waiting', 'c.waiting_since', 'timestamptz', 'asc'),
};

/**
 * The SQL of one page without a text: the rows after its beginning, one more than it holds. Each library's (and, by rank, each state's) index is walked
 * in order and stopped after a page, and the walks are merged: the cost is libraries × page, whatever the number of conversations.
 */
export const listQuery = (filter: ConversationFilter, order: ConversationOrder, reader: ListReader, page: Page): ListQuery => {
  const parameters: unknown[] = [];
  const bind: Bind = (value) => `$${parameters.push(value)}`;
  const { select, orderBy } = conversationKeysets[order];
  const libraries = bind(reader.libraries);
  const limit = bind(page.limit);
  const conditions = listConditions(filter, order, reader, libraries, bind);
  const after = page.after(parameters);
  const { walks, condition } = walksOf(filter, order, libraries, bind);
  const sql = `select ${conversationColumns}, ${select}, null::uuid as "matchingPostId" from ${walks} cross join lateral (
      select c.* from conversation c where ${condition} and ${conditions} ${after}
      ${orderBy} limit ${limit}) c
    ${orderBy} limit ${limit}`;
  return { sql, parameters };
};

/** What a filter says of conversations `c` of these libraries, but for its state and its text. */
export const listConditions = (filter: ConversationFilter, order: ConversationOrder, reader: ListReader, libraries: string, bind: Bind): string =>
  [...standing(filter, order, bind), ...handled(filter, reader, bind), ...heard(filter, libraries, bind)].join(' and ');

interface Walks {
  readonly walks: string;
  /** Which conversations `c` are of one walk. */
  readonly condition: string;
  readonly perLibrary: number;
}

/** What is walked for a list: the parts that each stand in an index of its order. */
export const walksOf = (filter: ConversationFilter, order: ConversationOrder, libraries: string, bind: Bind): Walks => {
  const each = `unnest(${libraries}::uuid[]) l(id)`;
  if (order !== 'rank' || filter.state === 'hidden') return { walks: each, condition: `c.library_id = l.id and ${stateCondition(filter, bind)}`, perLibrary: 1 };
  const states = statesOf(filter);
  return { walks: `${each} cross join unnest(${bind(states)}::text[]) s(state)`, condition: 'c.library_id = l.id and c.state = s.state', perLibrary: states.length };
};

const statesOf = ({ state }: ConversationFilter): readonly string[] => (state === undefined || state === 'hidden' ? ['open', 'answered', 'closed'] : [state]);

export const stateCondition = ({ state }: ConversationFilter, bind: Bind): string => {
  if (state === undefined) return `c.state <> 'begun'`;
  return state === 'hidden' ? 'true' : `c.state = ${bind(state)}`;
};

/** Which conversations `c` an order is of. */
export const inOrderOf = ({ state }: ConversationFilter, order: ConversationOrder): string[] => [
  'c.merged_into is null', state === 'hidden' ? 'c.hidden_at is not null' : 'c.hidden_at is null', ...(order === 'waiting' ? ['c.waiting_since is not null'] : []),
];

const standing = (filter: ConversationFilter, order: ConversationOrder, bind: Bind): string[] => {
  const conditions = inOrderOf(filter, order);
  conditions.push(filter.snoozed === true ? 'c.until > now()' : '(c.until is null or c.until <= now())');
  if (filter.since !== undefined) conditions.push(`c.last_post_at >= ${bind(filter.since)}`);
  if (filter.until !== undefined) conditions.push(`c.last_post_at < ${bind(filter.until)}`);
  return conditions;
};

const handled = ({ assignee }: ConversationFilter, reader: ListReader, bind: Bind): string[] => {
  if (assignee === undefined) return [];
  if (assignee === 'none') return ['c.assignee_id is null'];
  return [`c.assignee_id = ${bind(assignee === 'me' ? reader.actor : assignee.id)}`];
};

/**
 * Conditions on what was heard. Uncorrelated, so that the planner may choose by its statistics: look into each conversation of the walk
 * (what most have), or find all that match first (what few have).
 */
const heard = (filter: ConversationFilter, libraries: string, bind: Bind): string[] => {
  const among = (view: string, condition: string): string => `c.id in (select h.conversation_id from ${view} h where h.library_id = any(${libraries}::uuid[]) and ${condition})`;
  const conditions: string[] = [];
  if (filter.label !== undefined) {
    const score = filter.label.minScore === undefined ? '' : ` and h.score >= ${bind(filter.label.minScore)}`;
    conditions.push(among('heard_finding', `h.label = ${bind(filter.label.id)}${score}`));
  }
  if (filter.network !== undefined) conditions.push(among('heard_post', `h.network = ${bind(filter.network)}`));
  if (filter.language !== undefined) conditions.push(among('heard_post', `(h.lang = ${bind(filter.language)} or h.lang like ${bind(`${filter.language}-%`)})`));
  if (filter.followList !== undefined) conditions.push(among('hearing', `h.follow_id in (select id from follow where list_id = ${bind(filter.followList)})`));
  return conditions;
};
