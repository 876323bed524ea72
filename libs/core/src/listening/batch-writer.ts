import type { Profile, Ref } from '@earshot/plugin-sdk';
import { type Opened, openBegun, openConversations, rerank } from '../conversations/index.js';
import { type Tx, newId, readSql } from '../database/index.js';
import { type Judged, type Labels, addFindings, rankOf } from '../understanding/index.js';
import type { Origin } from '../plugins/index.js';
import type { Collapsed } from './collapse.js';
import { hearChanges } from './hear-changes.js';
import { inOrder, keyOf, keyText, keysOf, refText } from './key.js';
import { listStops } from './list-stops.js';
import { nameLocally } from './local-names.js';
import type { KnownPost, KnownRepository } from './known.repository.js';
import { noteThreads } from './living/note-threads.js';
import { planThreads } from './plan-threads.js';
import { type Writing, insertPosts, tellPosts, tellRefusals } from './post-rows.js';
import type { Kept } from './screen.js';
import type { Answered } from './tell-staff.js';
import { ThreadsMoved, ThreadsRepository } from './threads.repository.js';
import { everyKey, joinRows, joinsOf } from './twins.js';

export interface Written {
  /** Posts that were new, or came in a newer version. */
  readonly told: number;
  readonly opened: number;
  readonly findings: number;
  /** Of these posts, those that a program may judge. */
  readonly judged: readonly string[];
  /** A post that was stored refuses something else from now on. */
  readonly refusalsChanged: boolean;
  /** One of their threads should be looked at at once. */
  readonly dueNow: boolean;
  /** Where whoever was answered has written again. */
  readonly answered: readonly Answered[];
  /** That were opened, or got more to show. */
  readonly conversations: readonly string[];
}

const profilesSql = readSql(import.meta.url, './sql/upsert-profiles.sql');

/** Writes one screened batch in one transaction: threads, authors, posts, findings, conversations, then what changed. */
export class BatchWriter {
  private readonly threads = new ThreadsRepository();
  /** In threads that we began, and that were found to be others in which somebody spoke. */
  private readonly answeredBefore: Answered[] = [];

  constructor(private readonly tx: Tx, private readonly known: KnownRepository, private readonly heardAt: Date, private readonly origin: Pick<Origin, 'accountId' | 'history'>) {}

  /** @throws ThreadsMoved where another transaction came between; nothing is stored then. */
  async write(events: Collapsed, kept: readonly Kept[], judged: ReadonlyMap<string, Judged>, labels: Labels): Promise<Written> {
    await this.joinProfiles(events, kept);
    const written = kept.length === 0 ? { told: 0, opened: 0, findings: 0, judged: [], refusalsChanged: false, dueNow: false, answered: [], conversations: [] } : await this.writePosts(events, kept, judged, labels);
    await hearChanges(this.tx, events, this.heardAt, new Set(kept.flatMap(({ author }) => (author === undefined ? [] : [refText(author.ref)]))));
    return written;
  }

  private async writePosts(events: Collapsed, kept: readonly Kept[], judged: ReadonlyMap<string, Judged>, labels: Labels): Promise<Written> {
    const { posts, told, refusalsChanged } = await this.storePosts(events, kept, judged);
    const rowOf = (each: Kept): KnownPost => posts.get(each.key) as KnownPost;
    const fresh = kept.filter((each) => told.has(rowOf(each).id));
    const [edited, first] = [fresh.filter((each) => !told.get(rowOf(each).id)), fresh.filter((each) => told.get(rowOf(each).id))];
    await this.forgetFindings(edited.map((each) => rowOf(each).id));
    const seen = fresh.flatMap((each) => {
      const found = judged.get(each.key);
      return found === undefined ? [] : [{ postId: rowOf(each).id, judged: found }];
    });
    const findings = await addFindings(this.tx, seen);
    await this.countThreads(first, posts);
    const dueNow = await noteThreads(this.tx, this.origin.accountId, newestOf(first.filter(({ cause }) => cause !== 'brought-in'), posts), this.heardAt);
    // Also where nothing is new: another library may hear by this channel what was stored by another.
    const opened = await this.open(kept, { posts, isNew: new Set(first) }, judged, labels);
    await this.renewRanks(edited.map((each) => rowOf(each).threadId), labels);
    return { told: told.size, opened: opened.opened, findings, judged: seen.map(({ postId }) => postId), refusalsChanged, dueNow, answered: [...this.answeredBefore, ...opened.answered], conversations: opened.conversations.map(({ id }) => id) };
  }

  /** What was found in a text that is no longer there: of every classifier, since their spans point into it. */
  private async forgetFindings(edited: readonly string[]): Promise<void> {
    if (edited.length > 0) await this.tx.query('delete from finding where post_id = any($1::uuid[])', [edited]);
  }

  /** An edit may take a need away; what opens conversations only ever raises them. */
  private async renewRanks(edited: readonly string[], labels: Labels): Promise<void> {
    if (edited.length === 0) return;
    const rows = await this.tx.query<{ id: string }>('select id from conversation where thread_id = any($1::uuid[]) and merged_into is null order by id', [edited]);
    await rerank(this.tx, rows.map((row) => row.id), labels);
  }

  /**
   * Rows for all keys of the batch, in the threads where they belong: what is new is written whole, at once with the references,
   * and what has a row already is told. `told`: post id → whether that was the first time; posts whose version is known are not in it.
   */
  private async storePosts(events: Collapsed, kept: readonly Kept[], judged: ReadonlyMap<string, Judged>): Promise<{ readonly posts: Map<string, KnownPost>; readonly told: Map<string, boolean>; readonly refusalsChanged: boolean }> {
    const named = kept.flatMap(({ post }) => [post.ref, post.inReplyTo, post.root].filter((ref) => ref !== undefined));
    const isNamed = new Set(named.map(refText));
    const refs = [...named, ...events.otherRefs.posts.filter((ref) => isNamed.has(refText(ref)))];
    const before = await this.known.posts(this.tx, everyKey(refs));
    await this.threads.lock(this.tx, [...before.values()].map((post) => post.threadId));
    const joins = joinsOf(refs, before, isKnown);
    // Which of two rows survives goes by what is told of them: what was told while we waited for the threads would be lost, or counted twice.
    if (joins.length > 0 && stateOf(await this.known.posts(this.tx, everyKey(refs))) !== stateOf(before)) throw new ThreadsMoved('a post of two names was told meanwhile');
    for (const { key, survivor } of joins) if (!before.has(keyText(key))) before.set(keyText(key), survivor);
    const plan = planThreads(kept, before, joins);
    await this.threads.open(this.tx, plan.newThreads);
    const posts = new Map(before);
    for (const { key, survivor } of joins) posts.set(keyText(key), survivor);
    for (const insert of plan.inserts) posts.set(keyText(insert.key), { ...insert, known: false, version: null, gone: false, libraries: [] });
    const writing: Writing = { tx: this.tx, heardAt: this.heardAt, posts, authors: await this.writeAuthors(events, kept), judged };
    await listStops(this.tx, kept);
    const told = await insertPosts(writing, plan.inserts, kept);
    await this.merge(plan.merges, posts);
    await joinRows(this.tx, 'post', joins);
    const refusalsChanged = await tellRefusals(writing, kept.filter((each) => before.get(each.key)?.known === true));
    for (const [id, first] of await tellPosts(writing, kept.filter((each) => before.has(each.key)))) told.set(id, first);
    await nameLocally(this.tx, 'post', refs.map((ref) => ({ ref, id: (posts.get(refText(ref)) as KnownPost).id })));
    return { posts, told, refusalsChanged };
  }

  private async merge(merges: readonly (readonly string[])[], posts: Map<string, KnownPost>): Promise<void> {
    const moved = new Map<string, string>();
    for (const merge of merges) {
      const survivor = await this.threads.merge(this.tx, merge);
      for (const thread of merge) moved.set(thread, survivor);
      this.answeredBefore.push(...(await openBegun(this.tx, survivor)));
    }
    if (moved.size === 0) return;
    for (const [key, post] of posts) posts.set(key, { ...post, threadId: moved.get(post.threadId) ?? post.threadId });
  }

  /** Those that the batch described, and those that were asked for: whoever is described once is not asked for again. */
  private async writeAuthors(events: Collapsed, kept: readonly Kept[]): Promise<Map<string, string>> {
    const refs = new Map<string, { readonly ref: Ref; readonly profile: Profile | undefined; readonly toldAt: Date | null }>();
    for (const { post, author, cause } of kept) {
      const ref = fullest(author?.ref, post.author);
      // Of a name that staff typed no network told: it is nobody whom one could ask, or follow.
      if (ref !== undefined) refs.set(refText(ref), { ref, profile: author, toldAt: author === undefined || cause === 'brought-in' ? null : this.heardAt });
    }
    if (refs.size === 0) return new Map();
    const sorted = [...refs].sort(([a], [b]) => inOrder(a, b)).map(([, told]) => ({ ...told, key: keyOf(told.ref) }));
    const rows = await this.tx.query<{ id: string; network: string; remote_id: string }>(profilesSql, [
      sorted.map(() => newId()), sorted.map(({ key }) => key.network), sorted.map(({ key }) => key.remoteId),
      sorted.map(({ profile }) => profile?.handle ?? null), sorted.map(({ profile }) => profile?.name ?? null), sorted.map(({ profile }) => profile?.bio ?? null),
      sorted.map(({ profile }) => profile?.place ?? null), sorted.map(({ profile }) => profile?.url ?? null), sorted.map(({ profile }) => profile?.avatar ?? null),
      sorted.map(({ profile }) => (profile?.movedTo === undefined ? null : keyOf(profile.movedTo).remoteId)), sorted.map(({ profile }) => (profile === undefined ? null : JSON.stringify(profile.refusals))),
      sorted.map(({ toldAt }) => toldAt),
    ]);
    const ids = new Map(rows.map((row) => [keyText({ network: row.network, remoteId: row.remote_id }), row.id]));
    // Of whoever is gone no row comes back, and nothing is kept either.
    const named = sorted.flatMap(({ ref }) => (ids.has(refText(ref)) ? [{ ref, id: ids.get(refText(ref)) as string }] : []));
    await nameLocally(this.tx, 'profile', [...named, ...events.otherRefs.profiles.flatMap((ref) => (ids.has(refText(ref)) ? [{ ref, id: ids.get(refText(ref)) as string }] : []))]);
    for (const { ref, id } of named) for (const key of keysOf(ref)) ids.set(keyText(key), id);
    return ids;
  }

  /** People whom the batch names by both names, of which either has a row. */
  private async joinProfiles(events: Collapsed, kept: readonly Kept[]): Promise<void> {
    const refs = [...kept.flatMap(({ post, author }) => [post.author, author?.ref]), ...[...events.profiles.values()].map(({ ref }) => ref), ...events.otherRefs.profiles];
    const keys = everyKey(refs);
    if (!refs.some((ref) => ref !== undefined && keysOf(ref).length > 1)) return;
    await joinRows(this.tx, 'profile', joinsOf(refs, await this.known.profiles(this.tx, keys), ({ told }) => told));
  }

  private async countThreads(fresh: readonly Kept[], posts: ReadonlyMap<string, KnownPost>): Promise<void> {
    if (fresh.length === 0) return;
    await this.tx.query(
      `update thread t set posts = t.posts + n.posts, last_post_at = greatest(t.last_post_at, n.last_post_at)
       from (select thread_id, count(*)::int as posts, max(posted_at) as last_post_at from unnest($1::uuid[], $2::timestamptz[]) as told(thread_id, posted_at) group by thread_id) n
       where t.id = n.thread_id`,
      [fresh.map((each) => (posts.get(each.key) as KnownPost).threadId), fresh.map((each) => each.post.postedAt)],
    );
  }

  private open(kept: readonly Kept[], { posts, isNew }: { readonly posts: ReadonlyMap<string, KnownPost>; readonly isNew: ReadonlySet<Kept> }, judged: ReadonlyMap<string, Judged>, labels: Labels): Promise<Opened> {
    return openConversations(
      this.tx,
      kept.flatMap((each) => {
        const stored = posts.get(each.key) as KnownPost;
        const findings = judged.get(each.key)?.findings ?? [];
        return [...Map.groupBy(each.letIn, (letIn) => letIn.libraryId)].map(([libraryId, letIns]) => {
          const place = letIns.find((letIn) => letIn.place !== undefined)?.place;
          const searches = each.raisedBy.get(libraryId) ?? [];
          const ranked = rankOf(
            {
              postedAt: each.post.postedAt, heardAt: this.heardAt, addressed: each.addressed, answersUs: each.answersUs, broughtIn: each.cause === 'brought-in',
              findings: findings.filter((finding) => finding.place === undefined || finding.place === libraryId),
              searches,
              ...(place === undefined ? {} : { place: { library: libraryId, place: place.value, by: place.by } }),
            },
            labels,
          );
          return {
            libraryId, threadId: stored.threadId, postId: stored.id, postedAt: each.post.postedAt, heardAt: this.heardAt, ...ranked, isNew: isNew.has(each), byUs: each.byUs, answersUs: each.answersUs,
            needs: each.addressed || each.answersUs || each.cause === 'brought-in' || ranked.reasons.some((reason) => reason.kind === 'unanswered'),
            searches: searches.map(({ id }) => id),
            hearings: letIns.map((letIn) => ({ cause: letIn.cause, ...(letIn.followId === undefined ? {} : { followId: letIn.followId }), ...(letIn.place === undefined ? {} : { routedBy: { place: letIn.place } }) })),
          };
        });
      }),
      { quiet: this.origin.history === true },
    );
  }
}

const isKnown = (post: KnownPost): boolean => post.known;

const stateOf = (posts: ReadonlyMap<string, KnownPost>): string => [...posts].map(([key, { id, threadId, known, gone }]) => [key, id, threadId, known, gone].join(' ')).sort(inOrder).join();

/** The ref that tells the network's name, where one of them does. */
const fullest = (a: Ref | undefined, b: Ref | undefined): Ref | undefined => (a?.id !== undefined || b === undefined ? a : b);

/** Thread → when the newest of these posts was posted. */
const newestOf = (first: readonly Kept[], posts: ReadonlyMap<string, KnownPost>): ReadonlyMap<string, Date> => {
  const newest = new Map<string, Date>();
  for (const { key, post } of first) {
    const { threadId } = posts.get(key) as KnownPost;
    const known = newest.get(threadId);
    if (known === undefined || post.postedAt > known) newest.set(threadId, post.postedAt);
  }
  return newest;
};
