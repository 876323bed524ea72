import DataLoader from 'dataloader';
import type { ReadScope } from '../database/index.js';
import type { Actor, Authority } from '../staff/index.js';

/** Keeps one batch within what one statement takes well. */
const batchLimit = 1_000;

export interface RequestOrigin {
  /** Of the connection, or what a trusted proxy says. For limits only: never logged, never stored. */
  readonly ip: string;
  /** Names this request in the log and in the answer. */
  readonly correlationId: string;
}

/**
 * One GraphQL operation: who asks, what they read with, and the loaders that gather its edges.
 *
 * `reads` is one read-only transaction, opened by the first query and closed when the response leaves, also after errors.
 * A mutation closes it before it writes, so that no request ever holds two connections, and what is read afterwards sees what was written.
 */
export class RequestContext {
  private scope: ReadScope | undefined;
  private readonly loaders = new Map<unknown, DataLoader<unknown, unknown>>();
  private ended = false;

  constructor(
    readonly authority: Authority,
    readonly origin: RequestOrigin,
    private readonly openReads: (actor: string) => ReadScope,
  ) {}

  get actor(): Actor {
    return this.authority.actor;
  }

  get reads(): ReadScope {
    if (this.ended) throw new Error('this request has ended');
    return (this.scope ??= this.openReads(this.actor.id));
  }

  /**
   * The loader of this request for `key` (a class or symbol of the caller's), made at first use.
   * `batch` answers in the order of its keys, and with an Error where one key fails; `inOrder` and `inGroups` do the ordering.
   */
  loader<K, V>(key: object | symbol, batch: (keys: readonly K[]) => Promise<readonly (V | Error)[]>): DataLoader<K, V> {
    const known = this.loaders.get(key);
    // One key, one loader: the types are those of the call that made it.
    if (known !== undefined) return known as DataLoader<K, V>;
    const made = new DataLoader<K, V>((keys) => batch(keys), { maxBatchSize: batchLimit, batchScheduleFn: (dispatch) => this.whenIdle(dispatch) });
    this.loaders.set(key, made as DataLoader<unknown, unknown>);
    return made;
  }

  /** Statements of one request run one at a time: while one runs, whatever else is wanted gathers for the next. */
  private whenIdle(dispatch: () => void): void {
    void (this.scope?.idle() ?? Promise.resolve()).then(() => process.nextTick(dispatch));
  }

  /** Ends the reading so far and forgets what was loaded: before and after every mutation. */
  async renew(): Promise<void> {
    const scope = this.scope;
    this.scope = undefined;
    this.loaders.clear();
    await scope?.close();
  }

  /** Before a query waits for a network, or writes: it holds no connection meanwhile. */
  async rest(): Promise<void> {
    await this.scope?.rest();
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.ended = true;
    await this.renew();
  }
}

/**
 * What resolvers, guards and Apollo's plugins are handed: a wrapper, because Apollo copies the object that it is given.
 *
 * A field's resolver without a decorated parameter is called by GraphQL itself, with the parent, the arguments and this; with one, Nest fills in each by
 * promises of its own. A page has some two hundred such calls, and those promises were a fifth of its garbage.
 */
export interface GraphqlContext {
  readonly request: RequestContext;
  /** Present so that Nest does not wrap the context once more. */
  readonly req: object;
}
