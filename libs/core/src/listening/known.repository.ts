import type { Refusal, Target } from '@earshot/plugin-sdk';
import { type Tx, readSql } from '../database/index.js';
import type { Cause } from '../privacy/index.js';
import { type Key, keyText } from './key.js';
import { type LocalName, type Names, localText } from './name-events.js';

export interface KnownPost {
  readonly id: string;
  readonly key: Key;
  readonly threadId: string;
  /** Something told it; else it is named only, as what another post answers. */
  readonly known: boolean;
  readonly version: string | null;
  readonly gone: boolean;
  readonly author?: string;
  /** The strongest cause for which it is heard itself; null where it is heard as a part of its thread. */
  readonly cause?: Cause | null;
  /** Libraries with a conversation on its thread. */
  readonly libraries: readonly string[];
}

export interface KnownProfile {
  readonly id: string;
  readonly key: Key;
  /** What single hosts call it, as keys. */
  readonly aliases: readonly string[];
  readonly refusals: readonly Refusal[];
  readonly place: string | null;
  readonly handle: string | null;
  readonly url: string | null;
  readonly bio: string | null;
  /** False: something named it and the network never described it. */
  readonly told: boolean;
  /** Deleted, suspended, or it blocked us: nothing of it comes in. */
  readonly gone: boolean;
}

export interface KnownPlan {
  /** Absent where the channel is not there any more. */
  readonly version?: number;
  readonly targets: readonly Target[];
}

interface PostRow {
  id: string; network: string; remote_id: string; thread_id: string; known: boolean; version: string | null; gone: boolean;
  author_network: string | null; author_remote_id: string | null; libraries: string[]; cause: Cause | null;
}
interface ProfileRow {
  id: string; network: string; remote_id: string; aliases: string[]; refusals: Refusal[]; place: string | null; handle: string | null; url: string | null; bio: string | null; told: boolean; gone: boolean;
}

const columns = (keys: readonly Key[]): [string[], string[]] => [keys.map((key) => key.network), keys.map((key) => key.remoteId)];
const postsSql = readSql(import.meta.url, './sql/known-posts.sql');
/** Channels of which it is remembered; more than a process reads. */
const mostPlanned = 1_000;

/** Reads of what is stored already, as the listener sees it: a batch at a time. */
export class KnownRepository {
  private readonly planned = new Map<string, KnownPlan>();

  async posts(tx: Tx, keys: readonly Key[]): Promise<Map<string, KnownPost>> {
    if (keys.length === 0) return new Map();
    const rows = await tx.query<PostRow>(postsSql, columns(keys));
    return new Map(
      rows.map((row) => {
        const key = { network: row.network, remoteId: row.remote_id };
        return [
          keyText(key),
          {
            id: row.id, key, threadId: row.thread_id, known: row.known, version: row.version, gone: row.gone, libraries: row.libraries, cause: row.cause,
            ...(row.author_remote_id === null ? {} : { author: keyText({ network: row.author_network ?? '', remoteId: row.author_remote_id }) }),
          },
        ];
      }),
    );
  }

  async profiles(tx: Tx, keys: readonly Key[]): Promise<Map<string, KnownProfile>> {
    if (keys.length === 0) return new Map();
    const rows = await tx.query<ProfileRow>(
      `select id, network, remote_id, refusals, place, handle, url, bio, told_at is not null as told, gone_at is not null as gone,
         array(select a.host || '/' || a.local_id from profile_alias a where a.profile_id = profile.id) as aliases
       from unnest($1::text[], $2::text[]) as asked(network, remote_id) join profile using (network, remote_id)`,
      columns(keys),
    );
    return new Map(
      rows.map(({ network, remote_id: remoteId, ...row }) => [keyText({ network, remoteId }), { ...row, key: { network, remoteId } }]),
    );
  }

  /** Which of these hashes are suppressed now, in hex. */
  async suppressed(tx: Tx, hashes: readonly Buffer[]): Promise<Set<string>> {
    if (hashes.length === 0) return new Set();
    const rows = await tx.query<{ hash: Buffer }>('select hash from suppression where hash = any($1::bytea[]) and (until is null or until > now())', [hashes]);
    return new Set(rows.map((row) => row.hash.toString('hex')));
  }

  /** Which of these hashes are of what was erased, in hex. */
  async erased(tx: Tx, hashes: readonly Buffer[]): Promise<Set<string>> {
    const rows = await tx.query<{ hash: Buffer }>(`select hash from suppression where hash = any($1::bytea[]) and kind in ('post', 'profile') and until is null`, [hashes]);
    return new Set(rows.map((row) => row.hash.toString('hex')));
  }

  /** The network's names for what is stored, by one host's. */
  async names(tx: Tx, asked: { readonly posts: readonly LocalName[]; readonly profiles: readonly LocalName[] }): Promise<Names> {
    return { posts: await this.namesOf(tx, 'post', asked.posts), profiles: await this.namesOf(tx, 'profile', asked.profiles) };
  }

  private async namesOf(tx: Tx, table: 'post' | 'profile', locals: readonly LocalName[]): Promise<Map<string, string>> {
    if (locals.length === 0) return new Map();
    const rows = await tx.query<{ network: string; host: string; local_id: string; remote_id: string }>(
      `select a.network, a.host, a.local_id, t.remote_id from unnest($1::text[], $2::text[], $3::text[]) as asked(network, host, local_id)
       join ${table}_alias a using (network, host, local_id) join ${table} t on t.id = a.${table}_id`,
      [locals.map((each) => each.network), locals.map((each) => each.host), locals.map((each) => each.id)],
    );
    return new Map(rows.map((row) => [localText({ network: row.network, host: row.host, id: row.local_id }), row.remote_id]));
  }

  /**
   * What a channel is of, whoever speaks on it, and by which version of its plan. Profiles and tags are known by the post itself, and a channel may have
   * thousands, which it would take longer to read than all that a batch brings: they are left out, and the others read again only where the plan changed.
   */
  async plan(tx: Tx, channelId: string): Promise<KnownPlan> {
    const known = this.planned.get(channelId);
    const [channel] = await tx.query<{ version: number; targets: Target[] | null }>(
      `select plan_version as version, case when plan_version is distinct from $2
         then jsonb_path_query_array(targets, '$[*] ? (@.kind == "feed" || @.kind == "list" || @.kind == "search" || @.kind == "timeline")') end as targets
       from channel where id = $1`, [channelId, known?.version ?? null]);
    if (channel === undefined) return { targets: [] };
    if (channel.targets === null) return known ?? { targets: [] };
    if (this.planned.size >= mostPlanned) this.planned.clear();
    const plan = { version: channel.version, targets: channel.targets };
    this.planned.set(channelId, plan);
    return plan;
  }
}
