import type { z } from 'zod';
import type { Account } from './account.js';
import type { Advisor } from './advisor.js';
import type { Classifier } from './classifier.js';
import type { Ctx } from './context.js';
import type { FollowLists } from './follow-lists.js';
import type { Notifier } from './notifier.js';
import type { Responder } from './responder.js';
import type { Source } from './source.js';

/**
 * A plugin, declared as data. The host validates the whole declaration before start and lists all problems at once; nothing of it
 * runs until then.
 *
 * @typeParam S - its account's settings
 * @typeParam K - its account's secrets
 * @typeParam C - its source's cursor
 */
export interface Plugin<S, K, C> {
  /** Lower-case letters, digits and hyphens: `mastodon`. Stored beside everything it brings; never changes. */
  readonly id: string;
  readonly version: string;
  /** The range of this SDK that it was written for: `^0.1.0`. See {@link isCompatible}. */
  readonly sdk: string;
  /** The networks whose refs it gives. Empty for a plugin that only classifies, advises or notifies. */
  readonly networks: readonly string[];
  /** Absent: it needs neither settings nor secrets and has one account, made by the host. */
  readonly account?: Account<S, K>;
  /** Required with a source that gives cursors. A stored cursor that it refuses is a lost cursor. */
  readonly cursor?: z.ZodType<C>;
  readonly source?: Source<Ctx<S, K>, C>;
  readonly responder?: Responder<Ctx<S, K>>;
  readonly followLists?: FollowLists<Ctx<S, K>>;
  /** By name; each is made once a process, when first needed, so that a model loads only where it works. */
  readonly classifiers?: Record<string, () => Promise<Classifier>>;
  readonly advisor?: Advisor<Ctx<S, K>>;
  readonly notifier?: Notifier<Ctx<S, K>>;
  /**
   * People bring in by hand what was said where nothing listens, and answer there by hand: it comes under the first of `networks`, by accounts that the
   * host makes. Nothing is ever asked for, so there is neither source nor responder. Of several plugins that say so the host takes the first.
   */
  readonly byHand?: true;
}

/**
 * Declares a plugin: checks the types, infers its settings, secrets and cursor, and freezes the declaration. It does nothing else:
 * validation is the host's, at start.
 *
 * @example
 * ```ts
 * export default definePlugin({
 *   id: 'cues',
 *   version: '0.1.0',
 *   sdk: '^0.1.0',
 *   networks: [],
 *   classifiers: { needs: async () => new CueClassifier() },
 * });
 * ```
 */
export const definePlugin = <S, K, C = never>(plugin: Plugin<S, K, C>): Plugin<S, K, C> => Object.freeze(plugin);
