import type { Channel, OpenChannel } from './channel.js';
import type { Batch, SourceEvent } from './source-event.js';
import type { Target } from './target.js';
import type { Want } from './want.js';

export interface Source<X, C> {
  /** "@paper@town.social", a URL, "#town": what could be followed. */
  resolve(text: string, ctx: X): Promise<readonly Target[]>;
  /** Pure. The host compares plans when follows change. */
  plan(targets: readonly Target[]): readonly Channel[];
  /** Oldest first. Returns when caught up (poll), or on abort or overflow (stream). The host pulls one batch ahead: a pull is not an acknowledgement, the stored cursor is. */
  read(channel: OpenChannel<C>, ctx: X): AsyncIterable<Batch<C>>;
  fetch(want: Want, ctx: X): AsyncIterable<Batch<never>>;
  /** A webhook, over raw bytes, in any process; the response leaves after the events are committed. */
  receive?(request: Request, ctx: X): Promise<{ readonly response: Response; readonly events: readonly SourceEvent[] }>;
}
