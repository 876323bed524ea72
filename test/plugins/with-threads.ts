import { type Batch, type Post, type Ref, RemoteError, type SourceEvent, type Want, definePlugin } from '@earshot/plugin-sdk';

const refTo = (id: string): Ref => ({ network: 'fixture', id });

/** A network of threads in memory: what was said, what it was asked for, and what it does wrong. */
export class ThreadNetwork {
  readonly posts: Post[] = [];
  /** Each question: ids, of counts and of threads, and the spans of targets. */
  readonly asked: { readonly counts: string[][]; readonly threads: string[]; readonly posts: string[][]; readonly spans: { readonly key: string; readonly since: Date; readonly until: Date }[]; /** Under which hosts' names posts and counts were asked for. */ readonly hosts: (string | undefined)[] } = { counts: [], threads: [], posts: [], spans: [], hosts: [] };
  /** Thrown at the next questions, while it is there. */
  fault: RemoteError | undefined;
  /** It cannot say whether a post is still there. */
  postless = false;
  /** What posts got besides answers, by their ids; of others it tells nothing. */
  readonly got = new Map<string, { readonly likes?: number; readonly boosts?: number }>();
  /** It cannot count. */
  countless = false;
  /** Told at the end of a span: what of it could not be had. */
  missing: { readonly from?: Date; readonly to: Date } | undefined;
  /** It knows nothing of spans. */
  spanless = false;
  /** Awaited in the middle of an answer. */
  pause: () => Promise<void> = () => Promise.resolve();

  say(id: string, told: { readonly by?: string; readonly to?: string; readonly at: Date; readonly text?: string }): SourceEvent {
    const { by = 'club', to, at, text = `What ${id} says` } = told;
    this.posts.push({
      ref: refTo(id), version: '1', url: `https://fixture.example/${id}`, postedAt: at, author: refTo(by), text, audience: 'public', mentions: [], tags: [], media: [], refusals: [],
      ...(to === undefined ? {} : { inReplyTo: refTo(to) }),
    });
    return this.event(this.posts.at(-1) as Post);
  }

  async *answer(want: Want): AsyncIterable<Batch<never>> {
    const events = 'counts' in want ? this.counts(want.counts) : 'thread' in want ? this.thread(want.thread) : 'target' in want ? this.span(want) : 'posts' in want ? this.again(want.posts) : [];
    await this.pause();
    if (this.fault !== undefined) throw this.fault;
    if (events.length > 0) yield { events };
    if ('target' in want && !this.spanless) yield { events: this.missing === undefined ? [] : [{ kind: 'gap', why: 'no longer kept', ...this.missing }], heardUntil: want.until };
  }

  private counts(refs: readonly Ref[]): SourceEvent[] {
    this.asked.counts.push(refs.map(({ id }) => id ?? ''));
    this.asked.hosts.push(...refs.map(({ local }) => local?.host));
    return this.countless ? [] : refs.map((ref) => ({ kind: 'counts', ref, replies: this.posts.filter((post) => post.inReplyTo?.id === ref.id).length, ...this.got.get(ref.id ?? '') }));
  }

  private again(refs: readonly Ref[]): SourceEvent[] {
    this.asked.posts.push(refs.map(({ id }) => id ?? ''));
    this.asked.hosts.push(...refs.map(({ local }) => local?.host));
    if (this.postless) return [];
    return refs.map((ref) => {
      const post = this.posts.find((each) => each.ref.id === ref.id);
      return post === undefined ? { kind: 'post-gone', ref, why: 'deleted' } : this.event(post);
    });
  }

  private thread({ id = '' }: Ref): SourceEvent[] {
    this.asked.threads.push(id);
    const of = (root: string): Post[] => this.posts.filter((post) => post.inReplyTo?.id === root).flatMap((post) => [post, ...of(post.ref.id ?? '')]);
    return [...this.posts.filter((post) => post.ref.id === id), ...of(id)].map((post) => this.event(post));
  }

  private span({ target, since, until }: Extract<Want, { target: unknown }>): SourceEvent[] {
    this.asked.spans.push({ key: target.key, since, until });
    return this.spanless ? [] : this.posts.filter((post) => post.author?.id === target.key && post.postedAt >= since && post.postedAt < until).map((post) => this.event(post));
  }

  private event(post: Post): SourceEvent {
    const author = post.author as Ref;
    return { kind: 'post', post, author: { ref: author, handle: `@${author.id}`, refusals: [] } };
  }
}

/** Answers from the network that it is given; its stream brings nothing by itself. */
export const withThreads = (network: ThreadNetwork) =>
  definePlugin({
    id: 'with-threads', version: '1', sdk: '^0.1.0', networks: ['fixture'],
    source: {
      resolve: async () => [],
      plan: (targets) => (targets.length === 0 ? [] : [{ key: 'all', mode: 'poll', pulseMs: 60_000, targets, retarget: 'reopen' }]),
      async *read() {},
      fetch: (want) => network.answer(want),
    },
  });
