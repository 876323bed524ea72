import { type Tx, newId } from '../database/index.js';
import { keyOf } from './key.js';
import type { Kept } from './screen.js';

/** Whoever told a library to stop is not written to any more, by it and those below it: in the transaction that stores what they said. */
export const listStops = async (tx: Tx, kept: readonly Kept[]): Promise<void> => {
  const stops = kept.flatMap(({ post, stopsFor }) => (post.author === undefined ? [] : stopsFor.map((libraryId) => ({ libraryId, key: keyOf(post.author as NonNullable<typeof post.author>) }))));
  if (stops.length === 0) return;
  const rows = await tx.query<{ id: string; library_id: string; profile_id: string }>(
    `insert into do_not_list(id, library_id, act, target, profile_id, reason)
     select s.id, s.library_id, 'contact', 'profile', r.id, 'asked-us' from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as s(id, library_id, network, remote_id)
     join profile r using (network, remote_id)
     on conflict (library_id, act, target, coalesce(value, profile_id::text)) where lifted_at is null do nothing returning id, library_id, profile_id`,
    [stops.map(() => newId()), stops.map(({ libraryId }) => libraryId), stops.map(({ key }) => key.network), stops.map(({ key }) => key.remoteId)],
  );
  for (const row of rows) {
    await tx.query(`insert into audit(id, library_id, action, subject_kind, subject_id, detail) values ($1, $2, 'profile.not-contacted', 'profile', $3, $4)`, [
      newId(), row.library_id, row.profile_id, JSON.stringify({ reason: 'asked-us', target: 'profile', entry: row.id }),
    ]);
    tx.hint({ kind: 'library', id: row.library_id, library: row.library_id });
  }
};
