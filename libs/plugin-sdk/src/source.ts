import type { Channel, OpenChannel } from './channel.js';
import type { Batch, SourceEvent } from './source-event.js';
import type { Target } from './target.js';
import type { Want } from './want.js';

/** What a webhook call comes to: the answer to give, and what it told. */
export interface Received {
  /** Leaves after `events` are committed; when they cannot be, the caller gets 503 instead and will try again. */
  readonly response: Response;
  readonly events: readonly SourceEvent[];
  /**
   * The key of the channel that tells it, where the call says: then it is heard by that channel's targets and counted with what the channel reads.
   * Without it, what it brings is heard where a follow names its author or tag, or where it addresses the library.
   */
  readonly channel?: string;
}

/**
 * Listens to a network.
 *
 * @typeParam X - the plugin's {@link Ctx}
 * @typeParam C - its cursor: plain JSON, checked against {@link Plugin.cursor} before it is stored and after it is loaded
 */
export interface Source<X, C> {
  /**
   * What could be followed under this text: `@paper@town.social`, a web address, `#town`. Called while a person waits; answer
   * within a few seconds, best guess first, and with nothing where the text means nothing here. Not retried.
   */
  resolve(text: string, ctx: X): Promise<readonly Target[]>;
  /**
   * Divides targets into channels. Pure, and quick for 10,000 targets: the host calls it whenever follows change and compares the
   * plans. Every target is on exactly one channel; the same targets in any order give the same channels with the same keys. A
   * target that cannot be read is left out, and staff are told.
   */
  plan(targets: readonly Target[]): readonly Channel[];
  /**
   * Everything new on a channel since its cursor, oldest first.
   *
   * A `poll` channel ends when caught up; a `stream` ends on abort, when it falls behind (the next opening catches up from the
   * cursor), or by a {@link RemoteError}. The host pulls one batch ahead: a pull is not an acknowledgement, the stored cursor is.
   * After a crash the last batches come again; nothing may be lost by it. Without a cursor start with the recent past, not with all
   * there ever was.
   *
   * @example
   * ```ts
   * async function* read(channel: OpenChannel<{ sinceId: string }>, ctx: Ctx<Settings, Secrets>): AsyncIterable<Batch<{ sinceId: string }>> {
   *   let page = await pageAfter(channel.cursor?.sinceId, ctx);
   *   while (page.statuses.length > 0 && !ctx.abort.aborted) {
   *     yield { events: page.statuses.map(eventFrom), cursor: { sinceId: page.newestId } };
   *     page = await pageAfter(page.newestId, ctx);
   *   }
   *   yield { events: [], heardUntil: ctx.now() };
   * }
   * ```
   */
  read(channel: OpenChannel<C>, ctx: X): AsyncIterable<Batch<C>>;
  /**
   * The same events, asked for. A network that cannot answer a kind of {@link Want} yields nothing. Asked again later when it
   * fails; nothing is stored about how far it came.
   */
  fetch(want: Want, ctx: X): AsyncIterable<Batch<never>>;
  /**
   * A call to the account's webhook address ({@link Ctx.webhook}) or below it, over the raw bytes (signatures cover them), in any process. The
   * address is no secret, and nobody has checked the caller: check the signature first, and answer a wrong one with its 401 and no events.
   * Networks deliver twice: so may this. Answer within 20 s; the body is at most 1 MiB. Not retried.
   */
  receive?(request: Request, ctx: X): Promise<Received>;
}
