import type { Heard, Place, Post, Profile, Refusal } from '@earshot/plugin-sdk';
import type { Database, Tx } from '../database/index.js';
import { neverClassified } from '../understanding/index.js';
import { type Key, keyOf, keyText, refText } from './key.js';
import type { Kept } from './screen.js';

/** The service area of each library that has one. */
export type Areas = ReadonlyMap<string, Place>;

interface PostColumns {
  network: string; remote_id: string; version: string; url: string | null; posted_at: Date; text: string; lang: string | null; audience: Post['audience']; tags: string[];
  author_network: string | null; author_id: string | null;
}
type ContextRow = PostColumns & { readonly asked: string; readonly root: boolean };

/** A stored post that may be judged, with all that stands around it. */
export interface StoredHeard {
  readonly id: string;
  readonly version: string;
  readonly seenBy: readonly string[];
  readonly refusals: readonly Refusal[];
  /** By which it was heard; null where its thread alone let it in. */
  readonly cause: string | null;
  readonly findings: readonly { readonly label: string; readonly score: number }[];
  readonly heard: Heard;
}

const postColumns = (post: string, author: string): string =>
  ['network', 'remote_id', 'version', 'url', 'posted_at', 'text', 'lang', 'audience', 'tags'].map((column) => `${post}.${column}`).join(', ') +
  `, ${author}.network as author_network, ${author}.remote_id as author_id`;

/** Whose author lets no program judge it is no context for judging others either. What a library wrote itself is. */
const mayBeShown = (post: string): string =>
  `${post}.known and ${post}.gone_at is null and ${post}.text is not null and (not ('${neverClassified}' = any(${post}.classified_by)) or exists (select 1 from account own where own.profile_id = ${post}.author_id))`;

const contextSql = `
  select asked.network || chr(1) || asked.remote_id as asked, c.root, ${postColumns('c', 'a')}
  from unnest($1::text[], $2::text[]) as asked(network, remote_id)
  join post p using (network, remote_id)
  cross join lateral (
    select false as root, p.* union all
    (select true as root, r.* from post r where r.thread_id = p.thread_id and r.parent_id is null and r.id <> p.id order by r.posted_at nulls last, r.id limit 1)) c
  left join profile a on a.id = c.author_id
  where ${mayBeShown('c')}`;

const storedSql = `
  select p.id, p.version as at_version, p.classified_by, p.refusals || coalesce(a.refusals, '[]') as refusals, ${postColumns('p', 'a')},
    a.handle, a.name, a.bio, a.place,
    parent.network as parent_network, parent.remote_id as parent_id,
    (select heard_cause(h.cause, h.routed_by) from hearing h
     where h.post_id = p.id order by array_position(array['addressed', 'brought-in', 'followed', 'thread', 'search'], heard_cause(h.cause, h.routed_by)) limit 1) as cause,
    coalesce((select array_agg(distinct c.library_id) from conversation c where c.thread_id = p.thread_id and c.merged_into is null), '{}') as libraries,
    coalesce((select jsonb_agg(jsonb_build_object('label', f.label, 'score', f.score)) from finding f where f.post_id = p.id), '[]') as findings
  from post p left join profile a on a.id = p.author_id left join post parent on parent.id = p.parent_id
  where p.id = any($1::uuid[]) and p.known and p.gone_at is null and p.text is not null and not ('${neverClassified}' = any(p.classified_by))
  order by p.id`;

type StoredRow = PostColumns & {
  id: string; at_version: string; classified_by: string[]; refusals: Refusal[]; handle: string | null; name: string | null; bio: string | null; place: string | null;
  parent_network: string | null; parent_id: string | null; cause: string | null; libraries: string[]; findings: { label: string; score: number }[];
};

/** By key: what is stored of a post, and how its thread began. */
type Context = ReadonlyMap<string, { readonly post?: Post; readonly root?: Post }>;
const nothing: Context = new Map();

/** What a classifier is told besides a post: who wrote it, what it answers, how its thread began, whom the libraries serve that hear it. */
export class Surroundings {
  /** Of posts that are about to be stored: from their batch, and from what is stored of what they answer. */
  async ofBatch(database: Database, shown: readonly Kept[], kept: readonly Kept[], areas: Areas): Promise<readonly Heard[]> {
    const inBatch = new Map(kept.map((each) => [each.key, each]));
    const chains = shown.map((each) => chainOf(each, inBatch));
    const keys = chains.flatMap(({ before }) => before ?? []);
    const outside = keys.length === 0 ? nothing : await database.listening((tx) => this.context(tx, keys));
    return shown.map((each, at) => {
      const { above, before } = chains[at] as Chain;
      const stored = before === undefined ? undefined : outside.get(keyText(before));
      const parent = above[0] === undefined ? stored?.post : mayBeTold(above[0]);
      const first = before === undefined ? above.at(-1) : undefined;
      return heardOf(each.post, each.author, { parent, root: stored === undefined ? first && mayBeTold(first) : (stored.root ?? stored.post) }, placesOf(each.letIn.map((letIn) => letIn.libraryId), areas));
    });
  }

  /** Of stored posts; those that no program may judge, and those that are gone, are left out. */
  async ofStored(tx: Pick<Tx, 'query'>, ids: readonly string[], areas: Areas): Promise<readonly StoredHeard[]> {
    const rows = await tx.query<StoredRow>(storedSql, [ids]);
    const outside = await this.context(tx, rows.flatMap((row) => parentOf(row) ?? []));
    return rows.map((row) => {
      const parent = parentOf(row);
      const stored = parent === undefined ? undefined : outside.get(keyText(parent));
      return {
        id: row.id, version: row.at_version, seenBy: row.classified_by, refusals: row.refusals, cause: row.cause, findings: row.findings,
        heard: heardOf(asPost(row), authorOf(row), { parent: stored?.post, root: stored?.root ?? stored?.post }, placesOf(row.libraries, areas)),
      };
    });
  }

  private async context(tx: Pick<Tx, 'query'>, keys: readonly Key[]): Promise<Context> {
    if (keys.length === 0) return nothing;
    const asked = [...new Map(keys.map((key) => [keyText(key), key])).values()];
    const found = new Map<string, { post?: Post; root?: Post }>();
    for (const row of await tx.query<ContextRow>(contextSql, [asked.map((key) => key.network), asked.map((key) => key.remoteId)])) {
      const key = row.asked.replace('\u0001', '\0');
      const has = found.get(key) ?? {};
      found.set(key, { ...has, [row.root ? 'root' : 'post']: asPost(row) });
    }
    return found;
  }
}

interface Chain {
  /** Posts of the batch above this one, the nearest first. */
  readonly above: readonly Kept[];
  /** What the topmost of them answers. */
  readonly before?: Key;
}

const chainOf = (from: Kept, inBatch: ReadonlyMap<string, Kept>): Chain => {
  const above: Kept[] = [];
  const seen = new Set([from.key]);
  for (let at = from; ; ) {
    if (at.post.inReplyTo === undefined) return { above };
    const key = refText(at.post.inReplyTo);
    const next = inBatch.get(key);
    if (next === undefined) return { above, before: keyOf(at.post.inReplyTo) };
    // A ring of answers: whoever made it up gets no context.
    if (seen.has(key)) return { above: [] };
    seen.add(key);
    above.push(next);
    at = next;
  }
};

const mayBeTold = (each: Kept): Post | undefined => (each.mayClassify || each.byUs ? each.post : undefined);

const heardOf = (post: Post, author: Profile | undefined, { parent, root }: { parent?: Post | undefined; root?: Post | undefined }, places: readonly Place[]): Heard => ({
  post, places,
  ...(author === undefined ? {} : { author }),
  ...(parent === undefined ? {} : { parent }),
  ...(root === undefined || refText(root.ref) === refText(post.ref) || (parent !== undefined && refText(root.ref) === refText(parent.ref)) ? {} : { root }),
});

const placesOf = (libraries: readonly string[], areas: Areas): readonly Place[] => [...new Set(libraries)].flatMap((library) => areas.get(library) ?? []);

const parentOf = (row: StoredRow): Key | undefined => (row.parent_network === null || row.parent_id === null ? undefined : { network: row.parent_network, remoteId: row.parent_id });

const authorOf = (row: StoredRow): Profile | undefined =>
  row.handle === null || row.author_network === null || row.author_id === null
    ? undefined
    : {
        ref: { network: row.author_network, id: row.author_id }, handle: row.handle, refusals: [],
        ...(row.name === null ? {} : { name: row.name }), ...(row.bio === null ? {} : { bio: row.bio }), ...(row.place === null ? {} : { place: row.place }),
      };

const asPost = (row: PostColumns): Post => ({
  ref: { network: row.network, id: row.remote_id }, version: row.version, postedAt: row.posted_at, text: row.text, audience: row.audience, mentions: [], tags: row.tags, media: [], refusals: [],
  ...(row.url === null ? {} : { url: row.url }), ...(row.lang === null ? {} : { lang: row.lang }), ...(row.author_network === null || row.author_id === null ? {} : { author: { network: row.author_network, id: row.author_id } }),
});
