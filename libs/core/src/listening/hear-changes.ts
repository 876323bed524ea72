import type { Tx } from '../database/index.js';
import type { Collapsed } from './collapse.js';
import { inOrder, keyOf, keyText } from './key.js';
import { nameLocally } from './local-names.js';

/**
 * Profiles that we know already: a new name, handle, move or refusal; those of `written` were stored with their posts. And how many replies posts have,
 * and our own what else.
 * A profile that is told again as it was is told nonetheless: its refusals are young again.
 */
export const hearChanges = async (tx: Tx, events: Collapsed, heardAt: Date, written: ReadonlySet<string>): Promise<void> => {
  const profiles = [...events.profiles].filter(([key]) => !written.has(key)).sort(([a], [b]) => inOrder(a, b)).map(([, profile]) => profile);
  if (profiles.length > 0) {
    const rows = await tx.query<{ id: string; network: string; remote_id: string }>(
      `update profile p set handle = t.handle, name = t.name, bio = t.bio, place = t.place, url = t.url, avatar = t.avatar, moved_to = t.moved_to, refusals = t.refusals, told_at = $10,
         heeded = p.heeded and (p.told_at is null or p.refusals = t.refusals)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $11::text[])
         as t(network, remote_id, handle, name, bio, place, url, avatar, refusals, moved_to)
       where p.network = t.network and p.remote_id = t.remote_id and p.gone_at is null returning p.id, p.network, p.remote_id`,
      [
        profiles.map((each) => each.ref.network), profiles.map((each) => keyOf(each.ref).remoteId), profiles.map((each) => each.handle), profiles.map((each) => each.name ?? null), profiles.map((each) => each.bio ?? null),
        profiles.map((each) => each.place ?? null), profiles.map((each) => each.url ?? null), profiles.map((each) => each.avatar ?? null), profiles.map((each) => JSON.stringify(each.refusals)), heardAt,
        profiles.map((each) => (each.movedTo === undefined ? null : keyOf(each.movedTo).remoteId)),
      ],
    );
    const known = new Map(rows.map((row) => [keyText({ network: row.network, remoteId: row.remote_id }), row.id]));
    await nameLocally(tx, 'profile', profiles.flatMap(({ ref }) => (known.has(keyText(keyOf(ref))) ? [{ ref, id: known.get(keyText(keyOf(ref))) as string }] : [])));
  }
  const counts = [...events.counts].sort(([a], [b]) => inOrder(a, b)).map(([, count]) => count);
  if (counts.length === 0) return;
  const keys = [counts.map((each) => each.ref.network), counts.map((each) => keyOf(each.ref).remoteId)];
  await tx.query(
    `update post p set replies = t.replies from unnest($1::text[], $2::text[], $3::int[]) as t(network, remote_id, replies)
     where p.network = t.network and p.remote_id = t.remote_id and p.replies is distinct from t.replies`,
    [...keys, counts.map((each) => each.replies)],
  );
  if (!counts.some(({ likes, boosts }) => likes !== undefined || boosts !== undefined)) return;
  await tx.query(
    `update post p set likes = t.likes, boosts = t.boosts, counted_at = $5 from unnest($1::text[], $2::text[], $3::int[], $4::int[]) as t(network, remote_id, likes, boosts)
     where p.network = t.network and p.remote_id = t.remote_id and (t.likes is not null or t.boosts is not null) and exists (select 1 from account a where a.profile_id = p.author_id)`,
    [...keys, counts.map((each) => each.likes ?? null), counts.map((each) => each.boosts ?? null), heardAt],
  );
};
