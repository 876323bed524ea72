import type { Target } from '@earshot/plugin-sdk';

/** The changes of an open channel's targets. Only the newest set counts: one that was not read yet is replaced. */
export class LiveTargets implements AsyncIterable<readonly Target[]> {
  private newest: readonly Target[] | undefined;
  private ended = false;
  private readonly waiting: ((result: IteratorResult<readonly Target[], undefined>) => void)[] = [];

  push(targets: readonly Target[]): void {
    const reader = this.waiting.shift();
    if (reader) reader({ done: false, value: targets });
    else this.newest = targets;
  }

  end(): void {
    this.ended = true;
    for (const reader of this.waiting.splice(0)) reader({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly Target[], undefined> {
    return {
      next: () => {
        const value = this.newest;
        this.newest = undefined;
        if (value !== undefined) return Promise.resolve({ done: false, value });
        if (this.ended) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve) => this.waiting.push(resolve));
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }
}
