import { postsOf, type Deed } from './journal.js';
import { silence } from './script.js';
import { libraryId, type Person, type Town, type TownPost } from './town.schema.js';

/** The town as anyone who asks at the town time `now` finds it: what was said, taken back, and by whom; without those who left or blocked the library. */
export class Snapshot {
  private readonly posts: ReadonlyMap<string, TownPost>;
  /** Also below and of those who are gone: a thread goes on through their posts. */
  private readonly below: ReadonlyMap<string, readonly TownPost[]>;

  constructor(private readonly town: Town, journal: readonly Deed[], readonly now: number, seed: number | undefined) {
    const said = [...town.posts.values(), ...postsOf(journal, town, seed)].filter((post) => post.at <= now);
    this.posts = new Map(said.filter((post) => this.person(post.by) !== undefined).map((post) => [post.id, post]));
    this.below = Map.groupBy(said, (post) => post.to ?? '');
  }

  /** Undefined for strangers and for those who are gone. */
  person(id: string): Person | undefined {
    const person = this.town.people.get(id);
    return person !== undefined && silence(person).from > this.now ? person : undefined;
  }

  /** Why a person is not there; undefined for those who are. */
  whyGone(id: string): 'deleted' | 'blocked-us' | undefined {
    const person = this.town.people.get(id);
    if (person === undefined) return 'deleted';
    return this.person(id) === undefined ? silence(person).why : undefined;
  }

  /** Why the author of a post that stands in the town's files is not there; undefined when they are, or nobody knows the post. */
  whyAuthorGone(id: string): 'deleted' | 'blocked-us' | undefined {
    const by = this.town.posts.get(id)?.by;
    return by === undefined ? undefined : this.whyGone(by);
  }

  /** Also posts that were taken back: ask `isGone`. */
  post(id: string): TownPost | undefined {
    return this.posts.get(id);
  }

  isGone(post: TownPost): boolean {
    return post.deletedAt !== undefined && post.deletedAt <= this.now;
  }

  /** Everything that can be seen now, oldest first. */
  all(): readonly TownPost[] {
    return [...this.posts.values()].filter((post) => !this.isGone(post)).sort((a, b) => a.at - b.at);
  }

  people(): readonly Person[] {
    return [...this.town.people.values()].filter(({ id }) => this.person(id) !== undefined);
  }

  /** The first post of the thread, through posts that were taken back or whose author is gone. */
  rootOf(id: string): string {
    let at = id;
    for (;;) {
      const to = this.posts.get(at)?.to ?? this.town.posts.get(at)?.to;
      if (to === undefined) return at;
      at = to;
    }
  }

  /** A post and all below it, parents first; also what was taken back. */
  tree(root: string): readonly TownPost[] {
    const found = this.posts.get(root);
    const replies = this.below.get(root) ?? [];
    return [...(found === undefined ? [] : [found]), ...replies.flatMap((reply) => this.tree(reply.id))];
  }

  /** How many posts stand below a post now. */
  replies(id: string): number {
    return this.tree(id).filter((post) => post.id !== id && !this.isGone(post)).length;
  }

  /** How many people like a post now: in this town, whoever answers the library likes what it said. */
  likes(id: string): number {
    if (this.posts.get(id)?.by !== libraryId) return 0;
    return new Set((this.below.get(id) ?? []).flatMap((post) => (this.isGone(post) || post.by === libraryId ? [] : [post.by]))).size;
  }
}
