import type { z } from 'zod';
import type { Account } from './account.js';
import type { Advisor } from './advisor.js';
import type { Classifier } from './classifier.js';
import type { Ctx } from './context.js';
import type { FollowLists } from './follow-lists.js';
import type { Notifier } from './notifier.js';
import type { Responder } from './responder.js';
import type { Source } from './source.js';

export interface Plugin<S, K, C> {
  readonly id: string; readonly version: string; readonly sdk: string; readonly networks: readonly string[];
  readonly account?: Account<S, K>; readonly cursor?: z.ZodType<C>;
  readonly source?: Source<Ctx<S, K>, C>; readonly responder?: Responder<Ctx<S, K>>; readonly followLists?: FollowLists<Ctx<S, K>>;
  readonly classifiers?: Record<string, () => Promise<Classifier>>; readonly advisor?: Advisor<Ctx<S, K>>; readonly notifier?: Notifier<Ctx<S, K>>;
}
export const definePlugin = <S, K, C = never>(plugin: Plugin<S, K, C>): Plugin<S, K, C> => Object.freeze(plugin);
