import { type Hint, inheritedHints } from '../database/index.js';
import type { Authority } from '../staff/index.js';

/** What a subscriber is sent: a hint, or, without one, that hints may be missing and everything is to be read again. */
export type Told = Hint | { readonly kind: 'read-again' };

/** Where an actor's hints come from. What is set up above is seen below; what a library does is its own. */
export interface HintScope {
  readonly own: ReadonlySet<string>;
  readonly above: ReadonlySet<string>;
}

const bufferLimit = 1_000;

/**
 * One subscription: a bounded buffer that a client empties at its own pace. Newer hints of a thing replace older ones, and a buffer that is full
 * empties itself into one "read again": a slow client costs a bounded amount and misses nothing for good.
 */
export class Subscriber implements AsyncIterableIterator<Told> {
  private readonly buffer = new Map<string, Hint>();
  private readAgain = true;
  private waiting: ((result: IteratorResult<Told>) => void) | undefined;
  private ended = false;
  private scope: HintScope | undefined;
  private turn = 0;

  constructor(
    readonly authority: Authority,
    /** Only of these libraries; undefined: of all that the actor sees. */
    private readonly libraries: ReadonlySet<string> | undefined,
    private readonly onEnd: (subscriber: Subscriber) => void,
  ) {}

  /** Until `open` with what this returns, nothing is heard: a scope that is just being read may have lost a library. */
  suspend(): number {
    this.scope = undefined;
    this.buffer.clear();
    return ++this.turn;
  }

  /** Sets what it may hear of, and has it read again: hints in between were dropped. Without effect where it was suspended again meanwhile. */
  open(scope: HintScope, turn: number): void {
    if (turn !== this.turn) return;
    this.scope = scope;
    this.mustReadAgain();
  }

  offer(hint: Hint): void {
    if (this.ended || this.readAgain || !this.concerns(hint)) return;
    // Deleted first, so that a repeated hint moves to the end.
    const key = `${hint.kind} ${hint.id}`;
    this.buffer.delete(key);
    this.buffer.set(key, hint);
    if (this.buffer.size > bufferLimit) return this.mustReadAgain();
    this.serve();
  }

  mustReadAgain(): void {
    this.buffer.clear();
    this.readAgain = true;
    this.serve();
  }

  next(): Promise<IteratorResult<Told>> {
    const told = this.take();
    if (told !== undefined) return Promise.resolve({ done: false, value: told });
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<Told>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.readAgain = false;
    this.buffer.clear();
    this.waiting?.({ done: true, value: undefined });
    this.waiting = undefined;
    this.onEnd(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private concerns({ kind, library, actor }: Hint): boolean {
    if (this.scope === undefined) return false;
    if (actor !== undefined && actor !== this.authority.actor.id) return false;
    if (!this.scope.own.has(library)) return inheritedHints.has(kind) && this.scope.above.has(library);
    return this.libraries === undefined || this.libraries.has(library);
  }

  private serve(): void {
    if (this.waiting === undefined) return;
    const told = this.take();
    if (told === undefined) return;
    const resolve = this.waiting;
    this.waiting = undefined;
    resolve({ done: false, value: told });
  }

  private take(): Told | undefined {
    if (this.ended || this.scope === undefined) return undefined;
    if (this.readAgain) {
      this.readAgain = false;
      return { kind: 'read-again' };
    }
    const [first] = this.buffer;
    if (first === undefined) return undefined;
    this.buffer.delete(first[0]);
    return first[1];
  }
}
