import type { Clock } from '@earshot/plugin-sdk';

/** When a plugin last showed that it lives: a batch, a call to the host, the end of one. While such a call runs, the host is the one to wait for. */
export class SignsOfLife {
  private last: number;
  private running = 0;

  constructor(private readonly clock: Clock) {
    this.last = clock.now();
  }

  readonly underWay = (): (() => void) => {
    this.running++;
    this.sign();
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.running--;
      this.sign();
    };
  };

  sign(): void {
    this.last = this.clock.now();
  }

  /** Calls `then` once after `ms` without a sign; the answer calls it off. */
  onSilence(ms: number, then: () => void): () => void {
    let cancel: () => void;
    const look = (): void => {
      const left = this.running > 0 ? ms : this.last + ms - this.clock.now();
      if (left <= 0) then();
      else cancel = this.clock.after(left, look);
    };
    cancel = this.clock.after(ms, look);
    return () => cancel();
  }
}
