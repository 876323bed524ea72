import { PlatformError } from '../errors/index.js';

/** Does one thing after another. Whoever comes when `most` are at it, or wait, is turned away: each of them holds what it brought. */
export class InTurn {
  private held = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly most: number) {}

  /** `bring` is done at once, beside others; `work` with what it brought, in turn. @throws PlatformError UNAVAILABLE */
  async run<B, T>(bring: () => Promise<B>, work: (brought: B) => Promise<T>): Promise<T> {
    if (this.held >= this.most) throw new PlatformError('UNAVAILABLE', 'Many images are uploaded just now. Try again in a moment.');
    this.held += 1;
    try {
      const brought = await bring();
      const done = this.last.then(() => work(brought));
      this.last = done.catch(() => undefined);
      return await done;
    } finally {
      this.held -= 1;
    }
  }
}
