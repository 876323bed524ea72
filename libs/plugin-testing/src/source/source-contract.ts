import type { OpenChannel, Plugin, Channel, Target, Want } from '@earshot/plugin-sdk';
import type { FakeCtx } from '../fakes/fake-ctx.js';

/** What {@link describeSourceContract} needs to know. */
export interface SourceContract<S, K, C> {
  /** The plugin as it is declared, with a source. */
  readonly plugin: Plugin<S, K, C>;
  /**
   * A fresh context, on a network that holds the same things each time. `fetch` is given where a check breaks the network: the
   * context must then use it in place of its own.
   */
  readonly ctx: (fetch?: typeof globalThis.fetch) => FakeCtx<S, K>;
  /** Targets that the network of `ctx` has something on. */
  readonly targets: readonly Target[];
  /** Those of `targets` that {@link Source.plan} leaves out. */
  readonly unplannable?: readonly Target[];
  /** What the host may ask for, each kind that the plugin answers at least once. */
  readonly wants: readonly Want[];
  /** Texts that {@link Source.resolve} finds something for. */
  readonly resolvable?: readonly string[];
  /** How many events each `stream` channel brings before the suite aborts it. Default 1. `poll` channels are read to their end. */
  readonly streamEvents?: number;
  /** `posted`: posts come by their date. `arrival`: the network itself mixes them, and the order is that of their arrival. Default `posted`. */
  readonly order?: 'posted' | 'arrival';
  /** The plugin hears without `ctx.fetch`: from files, from sockets. The checks that break the network are left out. */
  readonly offline?: true;
  /** Milliseconds within which it settles after an abort. Default 5,000; shorter only where this suite itself is tested. */
  readonly abortDeadlineMs?: number;
}

/** A channel of a plan as the host opens it, its targets never changing. */
export const opened = <C>(channel: Channel, cursor?: C): OpenChannel<C> => ({
  ...channel,
  changes: (async function* () {})(),
  ...(cursor === undefined ? {} : { cursor }),
});
