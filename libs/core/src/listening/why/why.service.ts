import { type PostHeard, type Ref, isRemoteError } from '@earshot/plugin-sdk';
import type { Database } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import type { PluginHost, PluginRegistry } from '../../plugins/index.js';
import type { Actor } from '../../staff/index.js';
import type { Explained, ListeningService } from '../listening.service.js';
import type { Suppression } from '../../privacy/index.js';
import { type Remembered, recallTurnedAway } from '../turned-away.js';
import { goneInWords, hearingInWords, notKeptInWords, rememberedInWords, type StoredHearing } from './why-words.js';

export interface Why {
  readonly verdict: 'kept' | 'gone' | 'would-be-kept' | 'not-kept' | 'unknown';
  /** A sentence for each reason. */
  readonly words: readonly string[];
  /** Of what was not kept and is remembered: when that was decided. */
  readonly decidedAt?: Date;
}

interface Stored { readonly gone: string | null; readonly hearings: readonly StoredHearing[] }
interface Asking { readonly id: string; readonly libraryId: string; readonly plugin: string }

/** Networks that are asked for one post, and how long each may take. */
const mostAsked = 6;
const patienceMs = 15_000;

/**
 * Why a post is here, or is not. Of what a refusal or one of our own lists kept out in the last thirty days, the decision is remembered. Anything else that
 * was dropped is stored nowhere, so the networks are asked for it again and it is judged by the rules of now: a rule that changed since it came by tells otherwise.
 */
export class WhyService {
  constructor(private readonly database: Database, private readonly host: PluginHost, private readonly registry: PluginRegistry, private readonly listening: ListeningService, private readonly suppression: Suppression) {}

  /** @param text the address of a post, the network's id of it, or ours. `actor` undefined: whoever administers the machine, for all libraries. */
  async why(actor: Actor | undefined, text: string): Promise<Why> {
    const named = text.trim();
    if (named === '' || named.length > 2_000 || named.includes('\0')) throw new PlatformError('BAD_INPUT', 'Give the address of a post.', 'post');
    const libraries = await this.libraries(actor);
    const stored = await this.stored(named, libraries);
    if (stored !== undefined) return stored.gone === null ? { verdict: 'kept', words: stored.hearings.map(hearingInWords) } : { verdict: 'gone', words: [goneInWords(stored.gone)] };
    const [last, ...earlier] = await this.remembered(named, libraries);
    if (last !== undefined) return { verdict: 'not-kept', words: [...new Set([last, ...earlier].map(rememberedInWords))], decidedAt: last.at };
    const explained = await this.askNetworks(named, libraries);
    if (explained === undefined) return { verdict: 'unknown', words: ['It is not stored, and no network that is listened to here shows it to us: check its address; it may be deleted, or on a network that nobody here listens to.'] };
    if (explained.kept) return { verdict: 'would-be-kept', words: ['It is not stored, and would be kept if it came by now: it never came by, or what is followed has changed since.'] };
    return { verdict: 'not-kept', words: [notKeptInWords(explained)] };
  }

  private async libraries(actor: Actor | undefined): Promise<readonly string[]> {
    const rows = actor === undefined ? await this.database.listening((tx) => tx.query<{ id: string }>('select id from library')) : await this.database.as(actor.id, (tx) => tx.query<{ id: string }>('select scope() as id'));
    return rows.map(({ id }) => id);
  }

  private async stored(named: string, libraries: readonly string[]): Promise<Stored | undefined> {
    const [row] = await this.database.listening((tx) =>
      tx.query<Stored>(
        `select case when p.gone_at is not null then p.gone_why end as gone,
           coalesce((select jsonb_agg(jsonb_build_object('library', b.name, 'cause', h.cause, 'label', f.label, 'reason', f.reason, 'list', l.name, 'ended', f.removed_at is not null) order by h.at)
             from conversation c join library b on b.id = c.library_id join hearing h on h.conversation_id = c.id left join follow f on f.id = h.follow_id left join follow_list l on l.id = f.list_id
             where c.thread_id = p.thread_id and c.merged_into is null and c.library_id = any($2::uuid[])), '[]') as hearings
         from post p where (p.url = $1 or p.remote_id = $1 or p.id::text = lower($1)) and p.known
           and exists (select 1 from conversation c where c.thread_id = p.thread_id and c.merged_into is null and c.library_id = any($2::uuid[])) limit 1`, [named, libraries]));
    return row;
  }

  private remembered(named: string, libraries: readonly string[]): Promise<readonly Remembered[]> {
    const networks = [...new Set(this.registry.plugins.flatMap((plugin) => plugin.networks))];
    return this.database.listening((tx) => recallTurnedAway(tx, named, networks, libraries, this.suppression));
  }

  private async askNetworks(named: string, libraries: readonly string[]): Promise<Explained | undefined> {
    const accounts = await this.database.listening((tx) =>
      tx.query<Asking>(
        `select distinct on (a.plugin) a.id, a.library_id as "libraryId", a.plugin from account a
         where a.state = 'on' and a.removed_at is null and a.library_id in (select l.ancestor_id from library_line l where l.library_id = any($1::uuid[])) order by a.plugin, a.created_at limit ${mostAsked}`, [libraries]));
    for (const account of accounts) {
      const plugin = this.registry.find(account.plugin);
      if (plugin?.source === undefined) continue;
      for (const network of plugin.networks) {
        const heard = await this.askFor(account, { network, id: named }, named);
        if (heard !== undefined) return this.listening.explain({ accountId: account.id, libraryId: account.libraryId, plugin: account.plugin }, heard);
      }
    }
    return undefined;
  }

  private async askFor(account: Asking, ref: Ref, named: string): Promise<PostHeard | undefined> {
    try {
      for await (const { events } of this.host.fetch(account.id, { posts: [ref] }, AbortSignal.timeout(patienceMs)))
        for (const event of events) if (event.kind === 'post' && (event.post.url === named || event.post.ref.id === named)) return event;
    } catch (error) {
      // A network that cannot be asked knows nothing of it; the next may.
      if (!isRemoteError(error) && !(error instanceof Error)) throw error;
    }
    return undefined;
  }
}
