import { type Tx, newId } from '../../database/index.js';
import { searchText } from '../../language/index.js';
import type { Labels } from '../../understanding/index.js';
import { forgetPosts } from '../forgetting/forget-posts.js';
import { withoutNames } from '../forgetting/quotes.js';
import { redactAround } from '../forgetting/redact.js';
import { emptied, forgettingOfPosts, forgettingOfProfiles, registeredTable } from '../register/statements.js';
import type { Suppression } from '../suppression.js';
import { type Person, namesOf } from './person-of.js';
import type { SuppressedHash } from './suppression-file.js';

/** What was done, in numbers: all that a receipt holds. */
export interface ErasureCounts {
  readonly posts: number;
  /** Of other people, in which their name or handle stood. */
  readonly mentions: number;
  /** Of the staff's own texts, from which their words or names were taken out. */
  readonly redacted: number;
  readonly withdrawn: number;
  readonly follows: number;
}

interface OwnPost { readonly id: string; readonly network: string; readonly remoteId: string }

/** What must not come in again, for ever: the person, and each of their posts. */
export const hashesOf = async (tx: Tx, person: Person, suppression: Suppression): Promise<readonly SuppressedHash[]> => [
  { kind: 'profile', hash: suppression.profile(person.network, person.remoteId) },
  ...(await ownPosts(tx, person)).map(({ network, remoteId }) => ({ kind: 'post' as const, hash: suppression.post(network, remoteId) })),
];

const ownPosts = (tx: Tx, person: Person): Promise<readonly OwnPost[]> =>
  tx.query<OwnPost>(`select id, network, remote_id as "remoteId" from post where author_id = $1 and remote_id not like 'erased:%' order by id`, [person.id]);

/**
 * Takes a person out of every copy, for a transaction of the keeper: what they said, what was made of it, what names them, in their own rows
 * and in other people's and the staff's texts. Marks without a name stay where they spoke. Nothing of it can be undone.
 */
export const erasePerson = async (tx: Tx, person: Person, { suppression, labels }: { readonly suppression: Suppression; readonly labels: Labels }): Promise<ErasureCounts> => {
  // Whoever stores something at this moment ends first, and is found below; whoever comes later sees the hashes: see suppressed_now().
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('erasure', 0))`);
  const hashes = await hashesOf(tx, person, suppression);
  await suppress(tx, hashes);
  await tx.query('delete from not_kept where author = $1 or post = any($2::bytea[])', [suppression.profile(person.network, person.remoteId), hashes.map(({ hash }) => hash)]);
  const own = await ownPosts(tx, person);
  const ids = own.map(({ id }) => id);
  const names = namesOf(person);
  const forgotten = await forgetPosts(tx, new Map(ids.map((id) => [id, 'erased' as const])), labels, names);
  const named = await redactAround(tx, { posts: ids, profiles: [person.id] }, (written) => withoutNames(written, names));
  const mentions = await maskMentions(tx, person, ids, names);
  await anonymise(tx, own, suppression);
  const follows = await unfollow(tx, person);
  await tx.query(
    `update profile t set gone_at = coalesce(gone_at, now()), gone_why = 'erased', ${emptied(registeredTable('profile'), ['words', 'derived'])}, moved_to = null, remote_id = $2 where id = $1`,
    [person.id, standIn(suppression.profile(person.network, person.remoteId))]);
  return { posts: own.length, mentions, redacted: forgotten.redacted + named.rows, withdrawn: forgotten.withdrawn, follows };
};

export const suppress = (tx: Tx, hashes: readonly SuppressedHash[]): Promise<{ kind: string }[]> =>
  tx.query<{ kind: string }>(
    `insert into suppression as s (hash, kind) select * from unnest($1::bytea[], $2::text[]) as t(hash, kind) order by hash
     on conflict (hash) do update set kind = excluded.kind, until = null where s.until is not null returning s.kind`,
    [hashes.map(({ hash }) => hash), hashes.map(({ kind }) => kind)]);

/** What stands in the place of a network's id of something erased: whoever answers it later still finds its place, by the same hash. */
export const standIn = (hash: Buffer): string => `erased:${hash.toString('hex')}`;

const anonymise = async (tx: Tx, posts: readonly OwnPost[], suppression: Suppression): Promise<void> => {
  for (const statement of forgettingOfPosts(['identifier'])) await tx.query(statement, [posts.map(({ id }) => id)]);
  await tx.query(`update post t set gone_why = 'erased', url = null, version = null, remote_id = e.stand_in from unnest($1::uuid[], $2::text[]) as e(id, stand_in) where t.id = e.id`, [
    posts.map(({ id }) => id), posts.map(({ network, remoteId }) => standIn(suppression.post(network, remoteId))),
  ]);
};

/** Names in other people's posts, in the same threads or where the network says that they are mentioned: as long as before, so that findings keep their places. */
const maskMentions = async (tx: Tx, { network, remoteId }: Person, own: readonly string[], names: readonly string[]): Promise<number> => {
  const key = `${network} ${remoteId}`;
  const posts = await tx.query<{ id: string; text: string; html: string | null; searched: boolean }>(
    `select id, text, html, search is not null as searched from post where gone_at is null and text is not null
       and ($1 = any(mentions) or thread_id in (select thread_id from post where id = any($2::uuid[]))) order by id for update`, [key, own]);
  const mask = (text: string): string => withoutNames(text, names, (name) => '█'.repeat(name.length));
  let masked = 0;
  for (const { id, text, html, searched } of posts) {
    const now = mask(text);
    const [row] = await tx.query<{ id: string }>(
      `update post set text = $2, html = $3, mentions = array_remove(mentions, $4), search = case when $5 then to_tsvector(search_config(lang), $6) end
       where id = $1 and (text <> $2 or html is distinct from $3 or $4 = any(mentions)) returning id`, [id, now, html === null ? null : mask(html), key, searched, searchText(now)]);
    if (row === undefined) continue;
    masked++;
    for (const finding of await tx.query<{ id: string; restated: string }>('select id, restated from finding where post_id = $1 and restated is not null', [id]))
      await tx.query('update finding set restated = $2 where id = $1', [finding.id, withoutNames(finding.restated, names)]);
  }
  return masked;
};

/** Follows of them end, and what was planned from these is planned anew. */
const unfollow = async (tx: Tx, person: Person): Promise<number> => {
  const follows = await tx.query<{ id: string }>(
    `update follow t set removed_at = coalesce(removed_at, now()) where ${registeredTable('follow').ofProfiles} returning t.id`, [[person.id]]);
  for (const statement of forgettingOfProfiles(['identifier'])) await tx.query(statement, [[person.id]]);
  await tx.query(
    `update channel set targets = coalesce((select jsonb_agg(t) from jsonb_array_elements(targets) t where t ->> 'key' <> $1), '[]') where targets @> jsonb_build_array(jsonb_build_object('key', $1::text))`, [person.remoteId]);
  await tx.query(`update channel set key = 'erased:' || id, cursor = null, removed_at = coalesce(removed_at, now()) where position($1 in key) > 0`, [person.remoteId]);
  return follows.length;
};

/** For the receipt and the log of each library that heard them. */
export const recordErasure = async (tx: Tx, told: { readonly profileId: string; readonly libraries: readonly string[]; readonly byActor: string | undefined; readonly counts: ErasureCounts }): Promise<{ readonly id: string; readonly at: Date }> => {
  const [receipt] = await tx.query<{ id: string; at: Date }>('insert into erasure(id, by_actor, counts) values ($1, $2, $3) returning id, at', [newId(), told.byActor ?? null, JSON.stringify(told.counts)]);
  if (receipt === undefined) throw new Error('an insert gave no row');
  for (const library of told.libraries)
    await tx.query(`insert into audit(id, library_id, actor_id, action, subject_kind, subject_id, detail) values ($1, $2, $3, 'profile.erased', 'profile', $4, $5)`, [
      newId(), library, told.byActor ?? null, told.profileId, JSON.stringify({ receipt: receipt.id }),
    ]);
  return receipt;
};
