import { RemoteError, type Attempt, type Clock } from '@earshot/plugin-sdk';
import type { PracticeCtx } from './settings.js';
import { waitOn } from './wait.js';

const lateMs = 20_000;
const limitedMs = 60_000;

const hang = async (ctx: PracticeCtx): Promise<void> => {
  if (ctx.abort.aborted) return;
  await new Promise<void>((done) => ctx.abort.addEventListener('abort', () => done(), { once: true }));
};

/** What goes wrong before the town's network takes the reply. */
export const beforePosting = async (attempt: Attempt, ctx: PracticeCtx): Promise<void> => {
  const { fault } = ctx.settings;
  if (fault === 'rejects') throw new RemoteError('rejected', 'The town refuses every reply: its practice fault is set to "rejects".');
  if (fault === 'never-answers') {
    await hang(ctx);
    throw new RemoteError('outcome-unknown', 'The town never answered: its practice fault is set to "never-answers".');
  }
  if (fault !== 'rate-limited') return;
  const retryAfter = new Date(attempt.firstTriedAt.getTime() + limitedMs);
  if (ctx.now() < retryAfter) throw new RemoteError('rate-limited', 'The town takes no more replies for a minute: its practice fault is set to "rate-limited".', { retryAfter });
};

/** What goes wrong once the reply stands there for all to see. */
export const afterPosting = async (ctx: PracticeCtx, timers: Clock): Promise<void> => {
  const { fault } = ctx.settings;
  if (fault === 'answers-late') await waitOn(timers, lateMs, ctx.abort);
  if (fault === 'error-after-posting') throw new RemoteError('outcome-unknown', 'The connection broke after the reply was handed over: the practice fault is set to "error-after-posting".');
};
