import { LookAgain } from '../../conversations/index.js';
import type { Logger } from '../../logging/index.js';
import type { LivingThreads } from './living-threads.js';

/** Nobody waits longer for a page or a draft; what the network answers later is stored all the same. */
const patienceMs = 4_000;

/** A look before somebody relies on what was seen. That it could not be made keeps nobody from their work: what is shown says when it was seen. */
export class LookBefore extends LookAgain {
  constructor(private readonly threads: LivingThreads, private readonly log: Logger) {
    super();
  }

  async atThread(threadId: string, seenWithinMs: number): Promise<void> {
    try {
      await this.threads.lookNow(threadId, { seenWithinMs, patienceMs });
    } catch (error) {
      this.log.warn('A thread could not be looked at before it was shown', { thread: threadId, error });
    }
  }
}
