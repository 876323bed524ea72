import type { Tx } from '../database/index.js';
import { rerank } from '../conversations/index.js';
import type { Suppression } from '../privacy/index.js';
import type { Labels } from '../understanding/index.js';
import type { Collapsed } from './collapse.js';
import { inOrder, keyOf, keyText } from './key.js';
import type { KnownRepository } from './known.repository.js';

/** Days for which a deletion is remembered that came before the post it names: deliveries of two channels are not ordered. */
const rememberGoneDays = 7;

/** Profiles that we know already: a new name, handle, move or refusal; those of `written` were stored with their posts. And how many replies posts have. */
export const hearChanges = async (tx: Tx, events: Collapsed, heardAt: Date, written: ReadonlySet<string>): Promise<void> => {
  const profiles = [...events.profiles].filter(([key]) => !written.has(key)).sort(([a], [b]) => inOrder(a, b)).map(([, profile]) => profile);
  if (profiles.length > 0)
    await tx.query(
      `update profile p set handle = t.handle, name = t.name, bio = t.bio, place = t.place, url = t.url, avatar = t.avatar, moved_to = t.moved_to, refusals = t.refusals, told_at = $10
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $11::text[])
         as t(network, remote_id, handle, name, bio, place, url, avatar, refusals, moved_to)
       where p.network = t.network and p.remote_id = t.remote_id and p.gone_at is null
         and (p.handle, p.name, p.bio, p.place, p.url, p.avatar, p.moved_to, p.refusals) is distinct from (t.handle, t.name, t.bio, t.place, t.url, t.avatar, t.moved_to, t.refusals)`,
      [
        profiles.map((each) => each.ref.network), profiles.map((each) => keyOf(each.ref).remoteId), profiles.map((each) => each.handle), profiles.map((each) => each.name ?? null), profiles.map((each) => each.bio ?? null),
        profiles.map((each) => each.place ?? null), profiles.map((each) => each.url ?? null), profiles.map((each) => each.avatar ?? null), profiles.map((each) => JSON.stringify(each.refusals)), heardAt,
        profiles.map((each) => (each.movedTo === undefined ? null : keyOf(each.movedTo).remoteId)),
      ],
    );
  const counts = [...events.counts].sort(([a], [b]) => inOrder(a, b)).map(([, count]) => count);
  if (counts.length > 0)
    await tx.query(
      `update post p set replies = t.replies from unnest($1::text[], $2::text[], $3::int[]) as t(network, remote_id, replies)
       where p.network = t.network and p.remote_id = t.remote_id and p.replies is distinct from t.replies`,
      [counts.map((each) => each.ref.network), counts.map((each) => keyOf(each.ref).remoteId), counts.map((each) => each.replies)],
    );
};

/** Everything that a post said, taken out of its row and of what derives from it; the row stays as a tombstone in its thread. */
const emptied = `text = null, html = null, search = null, link = null, media = '[]', tags = '{}', mentions = '{}', refusals = '[]', lang = null, replies = null, classified_by = '{}'`;

/** Deletions reach every copy: the text, the index, the findings. A deletion that comes first is remembered for a week. */
export const forgetGone = async (tx: Tx, events: Collapsed, by: Forgetting): Promise<void> => {
  await forgetPosts(tx, events, by);
  await forgetProfiles(tx, events, by.labels);
};

interface Forgetting {
  readonly known: KnownRepository;
  readonly suppression: Suppression;
  readonly labels: Labels;
}

const forgetPosts = async (tx: Tx, events: Collapsed, { known, suppression, labels }: Forgetting): Promise<void> => {
  const gone = [...events.gone.values()];
  if (gone.length === 0) return;
  const byKey = await known.posts(tx, gone.map((each) => keyOf(each.ref)));
  const aliases = await known.aliases(tx, gone.flatMap(({ ref }) => (ref.local === undefined ? [] : [{ network: ref.network, host: ref.local.host, id: ref.local.id }])));
  const ids = new Map<string, string>();
  for (const { ref, why } of gone) {
    const id = byKey.get(keyText(keyOf(ref)))?.id ?? (ref.local === undefined ? undefined : aliases.get(`${ref.network}\0${ref.local.host}\0${ref.local.id}`));
    if (id !== undefined) ids.set(id, why);
  }
  // Only what has a global id can be known again.
  const named = gone.filter(({ ref, why }) => ref.id !== undefined && why === 'deleted').map(({ ref }) => suppression.post(ref.network, ref.id as string));
  if (named.length > 0)
    await tx.query(
      `insert into suppression(hash, kind, until) select hash, 'gone-post', now() + make_interval(days => $2) from unnest($1::bytea[]) hash order by hash on conflict (hash) do nothing`,
      [named, rememberGoneDays],
    );
  await empty(tx, [...ids.keys()], [...ids.values()], labels);
};

const empty = async (tx: Tx, ids: readonly string[], why: readonly string[], labels: Labels): Promise<void> => {
  if (ids.length === 0) return;
  const emptiedRows = await tx.query<{ thread_id: string; id: string }>(
    `update post p set gone_at = now(), gone_why = t.why, ${emptied} from unnest($1::uuid[], $2::text[]) as t(id, why) where p.id = t.id and p.gone_at is null returning p.id, p.thread_id`,
    [ids, why],
  );
  if (emptiedRows.length === 0) return;
  const posts = emptiedRows.map((row) => row.id);
  await tx.query('delete from finding where post_id = any($1::uuid[])', [posts]);
  const conversations = await tx.query<{ id: string }>('select id from conversation where thread_id = any($1::uuid[]) and merged_into is null', [[...new Set(emptiedRows.map((row) => row.thread_id))]]);
  await rerank(tx, conversations.map((row) => row.id), labels);
};

/** Of a person who deleted their account, was suspended or blocked us, nothing stays but a tombstone: a block says "not you" of the past as well. */
const forgetProfiles = async (tx: Tx, events: Collapsed, labels: Labels): Promise<void> => {
  for (const [, { ref, why }] of [...events.profilesGone].sort(([a], [b]) => inOrder(a, b))) {
    const key = keyOf(ref);
    const [profile] = await tx.query<{ id: string }>(
      `update profile set gone_at = now(), gone_why = $3, handle = null, name = null, bio = null, place = null, url = null, avatar = null, refusals = '[]'
       where network = $1 and remote_id = $2 and (gone_at is null or gone_why = 'blocked-us') returning id`,
      [key.network, key.remoteId, why],
    );
    if (profile === undefined) continue;
    const posts = await tx.query<{ id: string }>('select id from post where author_id = $1 and gone_at is null and known order by id', [profile.id]);
    await empty(tx, posts.map((post) => post.id), posts.map(() => 'author-gone'), labels);
  }
};
