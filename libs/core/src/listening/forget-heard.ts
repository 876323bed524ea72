import type { Database } from '../database/index.js';
import { type GoneWhy, type Suppression, forgetPosts, forgetProfile, heedRefusals, redactEdited, withdrawUncontactable } from '../privacy/index.js';
import type { Labels } from '../understanding/index.js';
import type { Collapsed } from './collapse.js';
import { inOrder, keyText, keysOf } from './key.js';
import type { KnownRepository } from './known.repository.js';
import type { Kept } from './screen.js';
import { everyKey } from './twins.js';

/** Days for which a deletion is remembered that came before the post it names: deliveries of two channels are not ordered. */
const rememberGoneDays = 7;

/**
 * Deletions, refusals and blocks that a network tells of, carried out in every copy. All of it may be done again, and is done before the
 * batch's cursor is stored: a batch that was interrupted is read again.
 */
export class ForgetHeard {
  constructor(private readonly database: Database, private readonly known: KnownRepository, private readonly suppression: Suppression) {}

  /** What is gone, and posts that are stored and may not be in a newer version (`withdrawn`, by their ids). */
  async gone(events: Collapsed, withdrawn: ReadonlyMap<string, GoneWhy>, labels: Labels): Promise<void> {
    if (events.gone.size === 0 && events.profilesGone.size === 0 && withdrawn.size === 0) return;
    const posts = new Map(withdrawn);
    for (const [id, why] of await this.gonePosts(events)) posts.set(id, why);
    await this.database.keeping(async (tx) => {
      await forgetPosts(tx, posts, labels);
      for (const [, { ref, why }] of [...events.profilesGone].sort(([a], [b]) => inOrder(a, b))) for (const key of keysOf(ref)) await forgetProfile(tx, key, why, labels);
    });
  }

  /** What was said in an older version and is not any more, is not quoted either. */
  async edited(kept: readonly Kept[]): Promise<void> {
    const edited = new Map(kept.flatMap(({ post, stored }) => (stored?.known === true && stored.version !== post.version ? [[stored.id, post.text] as const] : [])));
    if (edited.size > 0) await this.database.keeping((tx) => redactEdited(tx, edited));
  }

  /** Once the batch is stored: what its profiles, or its posts (`ofPosts`), refuse from now on holds for what they said before, and drafts to whoever said "stop" are withdrawn. */
  async refusals(events: Collapsed, kept: readonly Kept[], labels: Labels, ofPosts: boolean): Promise<void> {
    if (kept.some(({ stopsFor }) => stopsFor.length > 0)) await this.database.keeping(withdrawUncontactable);
    if (events.profiles.size > 0 || ofPosts) while ((await heedRefusals(this.database, labels)) > 0);
  }

  /** Ids of the posts that are gone. A deletion that comes first is remembered for a week. */
  private async gonePosts(events: Collapsed): Promise<ReadonlyMap<string, 'deleted' | 'hidden'>> {
    const gone = [...events.gone.values()];
    if (gone.length === 0) return new Map();
    return this.database.listening(async (tx) => {
      const named = gone.filter(({ why }) => why === 'deleted').flatMap(({ ref }) => keysOf(ref).map(({ network, remoteId }) => this.suppression.post(network, remoteId)));
      if (named.length > 0)
        await tx.query(
          `insert into suppression(hash, kind, until) select hash, 'gone-post', now() + make_interval(days => $2) from unnest($1::bytea[]) hash order by hash on conflict (hash) do nothing`,
          [named, rememberGoneDays],
        );
      const stored = await this.known.posts(tx, everyKey(gone.map(({ ref }) => ref)));
      return new Map(gone.flatMap(({ ref, why }) => keysOf(ref).flatMap((key) => stored.get(keyText(key))?.id ?? []).map((id) => [id, why] as const)));
    });
  }
}
