import { type Tx, newId } from '../../database/index.js';
import { searchText } from '../../language/index.js';
import type { Labels } from '../../understanding/index.js';
import { forgetPosts } from '../forgetting/forget-posts.js';
import { withoutNames } from '../forgetting/quotes.js';
import { redactAround } from '../forgetting/redact.js';
import { emptied, forgettingOfPosts, forgettingOfProfiles, registeredTable } from '../register/statements.js';
import type { Suppression } from '../suppression.js';
import { type Person, isNotErased, namesOf } from './person-of.js';
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

/** A post of theirs that is not erased yet. */
interface OwnPost { readonly id: string; readonly network: string; readonly remoteId: string; readonly threadId: string }
type Place = Pick<OwnPost, 'threadId' | 'id'>;

export interface Erasing { readonly suppression: Suppression; readonly labels: Labels }

/** In one transaction: some hundred milliseconds, so that listening never waits long for a thread. */
const postsAtOnce = 100;
const othersAtOnce = 500;
const lettersAtOnce = 4_000_000;
const nowhere: Place = { threadId: '00000000-0000-0000-0000-000000000000', id: '00000000-0000-0000-0000-000000000000' };

/** What must not come in again, for ever: the person, and each of their posts. */
export const hashesOf = async (tx: Tx, person: Person, suppression: Suppression): Promise<readonly SuppressedHash[]> => {
  const posts = await tx.query<PostName>(
    `select p.network, p.remote_id as "remoteId" from post p where p.author_id = $1 and p.remote_id not like 'erased:%' union
     select a.network, a.host || '/' || a.local_id from post_alias a join post p on p.id = a.post_id where p.author_id = $1`, [person.id]);
  return [...profileHashes(person, suppression), ...postHashes(posts, suppression)];
};

type PostName = { readonly network: string; readonly remoteId: string };
const profileHashes = (person: Person, suppression: Suppression): readonly SuppressedHash[] =>
  [person.remoteId, ...person.otherNames].map((name) => ({ kind: 'profile', hash: suppression.profile(person.network, name) }));
const postHashes = (posts: readonly PostName[], suppression: Suppression): readonly SuppressedHash[] => posts.map(({ network, remoteId }) => ({ kind: 'post', hash: suppression.post(network, remoteId) }));

/** Some of their posts: of a thread all, unless they said more in it than one transaction takes. */
const ownPosts = async (tx: Tx, person: Person, after: Place = nowhere): Promise<readonly OwnPost[]> => {
  const some = await tx.query<OwnPost>(
    `select id, network, remote_id as "remoteId", thread_id as "threadId" from post where author_id = $1 and remote_id not like 'erased:%' and (thread_id, id) > ($2, $3) order by thread_id, id limit ${postsAtOnce}`,
    [person.id, after.threadId, after.id]);
  const whole = some.length < postsAtOnce ? some : some.filter(({ threadId }) => threadId !== some.at(-1)?.threadId);
  return whole.length === 0 ? some : whole;
};

/** One erasure of somebody at a time; false: it is done already. */
const holds = async (tx: Tx, person: Person): Promise<boolean> => (await tx.query(`select 1 from profile r where r.id = $1 and ${isNotErased} for no key update`, [person.id])).length > 0;

/** Whoever stores something at this moment ends first, and is found by what follows; whoever comes later sees the hashes: see suppressed_now(). */
const whileNobodyStores = (tx: Tx): Promise<unknown> => tx.query(`select pg_advisory_xact_lock(hashtextextended('erasure', 0))`);

/** From here on nothing of theirs comes in, and nobody is shown their name. It is the mark of an erasure that has begun, too. */
export const beginErasing = async (tx: Tx, person: Person, { suppression }: Erasing): Promise<void> => {
  await whileNobodyStores(tx);
  const hashes = profileHashes(person, suppression);
  await suppress(tx, hashes);
  await tx.query('delete from not_kept where author = any($1::bytea[])', [hashes.map(({ hash }) => hash)]);
  await tx.query(`update profile set gone_at = coalesce(gone_at, now()), gone_why = 'erased' where id = $1`, [person.id]);
};

/** Some of what they said, to look for quotes of it wherever they spoke: so much that the memory for it is bounded. `to` undefined: there is no more. */
export const saidBy = async (tx: Tx, person: Person, after = nowhere.id): Promise<{ readonly texts: readonly string[]; readonly to: string | undefined }> => {
  const posts = await tx.query<{ id: string; text: string }>(
    `select id, text from (select id, text, sum(length(text)) over (order by id) - length(text) as before from post where author_id = $1 and text is not null and id > $2) p where before < ${lettersAtOnce} order by id`,
    [person.id, after]);
  return { texts: posts.map(({ text }) => text), to: posts.at(-1)?.id };
};

/** Takes their names and words out of what staff wrote around some of their posts. Answers with where it ended; undefined: at the end. */
export const redactSome = async (tx: Tx, person: Person, withoutWords: (written: string) => string, after: Place | undefined): Promise<{ readonly to: Place | undefined; readonly redacted: number }> => {
  const posts = await ownPosts(tx, person, after);
  if (posts.length === 0) return { to: undefined, redacted: 0 };
  const names = namesOf(person);
  const { rows } = await redactAround(tx, { posts: posts.map(({ id }) => id) }, (written) => withoutNames(withoutWords(written), names));
  return { to: posts.at(-1), redacted: rows };
};

/** Takes some of their posts out of every copy, and their names out of what others said in the same threads. Answers with how many. */
export const eraseSome = async (tx: Tx, person: Person, { suppression, labels }: Erasing): Promise<Pick<ErasureCounts, 'posts' | 'mentions' | 'redacted' | 'withdrawn'>> => {
  const own = (await holds(tx, person)) ? await ownPosts(tx, person) : [];
  if (own.length === 0) return { posts: 0, mentions: 0, redacted: 0, withdrawn: 0 };
  // Else an answer that is being stored would name a post that is called otherwise when it comes in.
  await whileNobodyStores(tx);
  const others = await tx.query<PostName>(`select network, host || '/' || local_id as "remoteId" from post_alias where post_id = any($1::uuid[])`, [own.map(({ id }) => id)]);
  const hashes = postHashes([...own, ...others], suppression);
  await suppress(tx, hashes);
  await tx.query('delete from not_kept where post = any($1::bytea[])', [hashes.map(({ hash }) => hash)]);
  const { redacted, withdrawn } = await forgetPosts(tx, new Map(own.map(({ id }) => [id, 'erased' as const])), labels, namesOf(person));
  const threads = [...new Set(own.map(({ threadId }) => threadId))];
  let [mentions, after] = [0, nowhere.id];
  for (let some = await othersIn(tx, person, threads, after); some.length > 0; some = await othersIn(tx, person, threads, after)) {
    mentions += await maskMentions(tx, person, some);
    after = some.at(-1)?.id as string;
  }
  await anonymise(tx, own, suppression);
  return { posts: own.length, mentions, redacted, withdrawn };
};

/** The last of it: follows of them end, and the name itself goes. Undefined: another erasure of them was faster. */
export const endErasing = async (tx: Tx, person: Person, { suppression }: Erasing): Promise<Pick<ErasureCounts, 'posts' | 'redacted' | 'follows'> | undefined> => {
  if (!(await holds(tx, person))) return undefined;
  const names = namesOf(person);
  const named = await redactAround(tx, { profiles: [person.id] }, (written) => withoutNames(written, names));
  const follows = await unfollow(tx, person);
  await tx.query(
    `update profile t set ${emptied(registeredTable('profile'), ['words', 'derived'])}, moved_to = null, remote_id = $2 where id = $1`,
    [person.id, standIn(suppression.profile(person.network, person.remoteId))]);
  const [all] = await tx.query<{ posts: number }>('select count(*)::int as posts from post where author_id = $1', [person.id]);
  return { posts: all?.posts ?? 0, redacted: named.rows, follows };
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

interface Other { readonly id: string; readonly text: string; readonly html: string | null; readonly searched: boolean; readonly mentions: boolean }
const otherColumns = 'id, text, html, search is not null as searched, mentions && $1::text[] as mentions';
const isSaid = 'gone_at is null and text is not null';

const othersIn = (tx: Tx, person: Person, threads: readonly string[], after: string): Promise<readonly Other[]> =>
  tx.query<Other>(`select ${otherColumns} from post where ${isSaid} and thread_id = any($2::uuid[]) and author_id is distinct from $4 and id > $3 order by id limit ${othersAtOnce} for update`, [keysOf(person), threads, after, person.id]);

/** The same where the network says that they are mentioned, in whatever thread. Answers with where it ended; undefined: at the end. */
export const maskSomeMentions = async (tx: Tx, person: Person, after: string | undefined): Promise<{ readonly to: string | undefined; readonly mentions: number }> => {
  const some = await tx.query<Other>(`select ${otherColumns} from post where ${isSaid} and mentions && $1::text[] and id > $2 order by id limit ${othersAtOnce} for update`, [keysOf(person), after ?? nowhere.id]);
  return { to: some.at(-1)?.id, mentions: await maskMentions(tx, person, some) };
};

const keysOf = ({ network, remoteId, otherNames }: Person): readonly string[] => [remoteId, ...otherNames].map((name) => `${network} ${name}`);

/** Names in other people's posts: as long as before, so that findings keep their places. */
const maskMentions = async (tx: Tx, person: Person, posts: readonly Other[]): Promise<number> => {
  const [keys, names] = [keysOf(person), namesOf(person)];
  const mask = (text: string): string => withoutNames(text, names, (name) => '█'.repeat(name.length));
  let masked = 0;
  for (const { id, text, html, searched, mentions } of posts) {
    const [now, marked] = [mask(text), html === null ? null : mask(html)];
    if (now === text && marked === html && !mentions) continue;
    await tx.query('update post set text = $2, html = $3, mentions = array(select m from unnest(mentions) with ordinality as t(m, at) where m <> all($4::text[]) order by at), search = case when $5 then to_tsvector(search_config(lang), $6) end where id = $1', [
      id, now, marked, keys, searched, searchText(now),
    ]);
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
  for (const name of [person.remoteId, ...person.otherNames]) {
    await tx.query(
      `update channel set targets = coalesce((select jsonb_agg(t) from jsonb_array_elements(targets) t where t ->> 'key' <> $1), '[]') where targets @> jsonb_build_array(jsonb_build_object('key', $1::text))`, [name]);
    await tx.query(`update channel set key = 'erased:' || id, cursor = null, removed_at = coalesce(removed_at, now()) where position($1 in key) > 0`, [name]);
  }
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
