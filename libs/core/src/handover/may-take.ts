import type { Refusal } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { DoNotList, decide, listedAuthor, readDoNotEntries } from '../privacy/index.js';

/** As what a thread that was handed over is heard there: the consent of whoever wrote it is asked for by this. */
export type HeardAs = 'thread' | 'search';

interface Asked {
  readonly hears: boolean;
  readonly stopped: boolean;
  readonly open: boolean;
  readonly heardAs: HeardAs;
  readonly refusals: readonly Refusal[];
  readonly line: readonly string[];
  readonly author: { readonly network: string; readonly remoteId: string; readonly handle: string | null; readonly url: string | null; readonly bio: string | null; readonly otherNames: readonly string[] } | null;
}

// What a hashtag or a search let in, and nothing stronger, is no more than that for whoever is given it.
const sql = `
  select exists (select 1 from conversation c where c.thread_id = p.thread_id and c.library_id = $2 and c.merged_into is null) as hears,
    exists (select 1 from stopped_libraries('listening') s where s = $2) as stopped,
    p.known and p.gone_at is null and p.audience in ('public', 'members') as open,
    case when h.causes && array['search'] and not h.causes && array['addressed', 'followed', 'thread'] then 'search' else 'thread' end as "heardAs",
    p.refusals || coalesce(r.refusals, '[]') as refusals, array(select l.ancestor_id from library_line l where l.library_id = $2) as line,
    case when r.id is not null then jsonb_build_object('network', r.network, 'remoteId', r.remote_id, 'handle', r.handle, 'url', r.url, 'bio', r.bio,
      'otherNames', (select coalesce(jsonb_agg(n.host || '/' || n.local_id), '[]') from profile_alias n where n.profile_id = r.id)) end as author
  from post p left join profile r on r.id = p.author_id
    cross join lateral (select coalesce(array_agg(heard_cause(x.cause, x.routed_by)), '{}') as causes from hearing x where x.post_id = p.id) h
  where p.id = $1`;

/**
 * Whether a library may be given a thread that it may not hear by itself: what its own lists, its stops and the author's signs allow, as if its own
 * channels had brought the post. Whoever speaks to one library only speaks to no other.
 */
@Injectable()
export class MayTake {
  constructor(private readonly database: Database) {}

  /** As what it would hear the post; undefined: it may not. Which of the reasons it is stays that library's. */
  heardAs(postId: string, libraryId: string): Promise<HeardAs | undefined> {
    return this.database.listening(async (tx) => {
      const [asked] = await tx.query<Asked>(sql, [postId, libraryId]);
      if (asked === undefined || asked.stopped) return undefined;
      if (asked.hears) return asked.heardAs;
      if (!asked.open || !decide(asked.refusals, asked.heardAs, 'keep').allowed) return undefined;
      if (asked.author === null) return asked.heardAs;
      const { network, remoteId, otherNames } = asked.author;
      const author = listedAuthor({ network }, remoteId, asked.author, otherNames);
      return new DoNotList(await readDoNotEntries(tx), 'hear').listed(asked.line, author) === undefined ? asked.heardAs : undefined;
    });
  }
}
