import { type Batch, type Post, type Ref, type SourceEvent, type Want, definePlugin } from '@earshot/plugin-sdk';

const refTo = (id: string): Ref => ({ network: 'fixture', id });

/** A network with a stream that is open and may bring nothing, while direct questions are answered. */
export class BlindNetwork {
  readonly posts: Post[] = [];
  /** What each opening of the stream was told: whether it had been found blind. */
  readonly openings: boolean[] = [];
  /** Whom it was asked for directly. */
  readonly asked: string[] = [];
  /** Whether the stream brings what is said. */
  sees = true;
  /** Ends the wait of an open stream. */
  private wake: () => void = () => {};
  private said = 0;

  say(id: string, by: string, at: Date, told: Partial<Post> = {}): void {
    this.posts.push({ ref: refTo(id), version: '1', url: `https://fixture.example/${id}`, postedAt: at, author: refTo(by), text: `What ${id} says`, audience: 'public', mentions: [], tags: [], media: [], refusals: [], ...told });
  }

  /** Lets the stream give a batch: of what was said since the last one, if it sees. */
  flow(): void {
    this.wake();
  }

  async *stream(blind: boolean, now: () => Date, abort: AbortSignal): AsyncIterable<Batch<never>> {
    this.openings.push(blind);
    while (!abort.aborted) {
      const fresh = this.posts.slice(this.said);
      this.said = this.posts.length;
      yield { events: this.sees ? fresh.map(eventOf) : [], heardUntil: now() };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        abort.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  async *answer(want: Want): AsyncIterable<Batch<never>> {
    if (!('target' in want)) return;
    this.asked.push(want.target.key);
    const { target, since, until } = want;
    yield { events: this.posts.filter(({ author, postedAt }) => author?.id === target.key && postedAt >= since && postedAt < until).map(eventOf), heardUntil: until };
  }
}

const eventOf = (post: Post): SourceEvent => ({ kind: 'post', post, author: { ref: post.author as Ref, handle: `@${post.author?.id}`, refusals: [] } });

/** One stream for all who are followed. */
export const withBlindStream = (network: BlindNetwork) =>
  definePlugin({
    id: 'with-blind-stream', version: '1', sdk: '^0.1.0', networks: ['fixture'],
    source: {
      resolve: async () => [],
      plan: (targets) => (targets.length === 0 ? [] : [{ key: 'stream', mode: 'stream', pulseMs: 3_600_000, targets, retarget: 'live' }]),
      read: ({ blind }, ctx) => network.stream(blind === true, () => ctx.now(), ctx.abort),
      fetch: (want) => network.answer(want),
    },
  });
