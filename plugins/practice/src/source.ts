import type { Channel, Clock, Source, Target } from '@earshot/plugin-sdk';
import { listen } from './listen.js';
import { lookAround, lookUp } from './look-up.js';
import type { Position } from './position.js';
import type { PracticeCtx } from './settings.js';
import { targetsFor } from './targets.js';

const pulseMs = 15_000;

const heardHere: ReadonlySet<Target['kind']> = new Set(['timeline', 'profile', 'hashtag', 'mentions']);

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** One stream for all that is followed, whatever it is: when follows change, the stream goes on where it was. */
const plan = (targets: readonly Target[]): readonly Channel[] => {
  const ours = targets
    .filter(({ kind }) => heardHere.has(kind))
    .sort((a, b) => order(`${a.kind} ${a.key}`, `${b.kind} ${b.key}`));
  return ours.length === 0 ? [] : [{ key: 'town', mode: 'stream', pulseMs, targets: ours, retarget: 'live' }];
};

/** The town's network as a source. `timers` are for tests, which have no time. */
export const practiceSource = (timers?: Clock): Source<PracticeCtx, Position> => ({
  resolve: async (text, ctx) => targetsFor(text, (await lookAround(ctx)).town),
  plan,
  read: (channel, ctx) => listen(channel, ctx, timers),
  fetch: lookUp,
});
