import type { SourceEvent } from '@earshot/plugin-sdk';
import { relationsTo } from './relations.js';
import type { MastodonCtx } from './settings.js';
import { ourRef } from './us.js';

const AT_ONCE = 40;
/** How long a relation is believed; people follow and unfollow on the server's own page. */
const FRESH_MS = 10 * 60_000;
const REMEMBERED = 20_000;

/** Whether our account follows others, by their ids: what one reading knows. The oldest leave first. */
export type Relations = Map<string, { readonly follows: boolean; readonly until: number }>;

const authorOf = (event: SourceEvent): string | undefined => (event.kind === 'post' ? event.post.author?.local?.id : undefined);

/** Which of these accounts of our server are followed by ours. A server that tells no relations is believed: its home has nobody else. */
const followedAmong = async (ids: readonly string[], known: Relations, ctx: MastodonCtx): Promise<ReadonlySet<string>> => {
  const now = ctx.now().getTime();
  const unknown = ids.filter((id) => (known.get(id)?.until ?? 0) <= now);
  for (let at = 0; at < unknown.length; at += AT_ONCE) {
    const part = unknown.slice(at, at + AT_ONCE);
    const relations = await relationsTo(part, ctx);
    for (const id of part) {
      known.delete(id);
      known.set(id, { follows: relations === undefined || relations.get(id)?.following === true, until: now + FRESH_MS });
    }
  }
  const followed = new Set(ids.filter((id) => known.get(id)?.follows === true));
  for (const id of known.keys()) if (known.size > REMEMBERED) known.delete(id);
  return followed;
};

/**
 * Without the posts of people whom our account does not follow. A home has those as well: of hashtags that it follows, whose authors were not
 * chosen by anybody, and may refuse to be found.
 */
export const byThoseWeFollow = async (events: readonly SourceEvent[], known: Relations, ctx: MastodonCtx): Promise<readonly SourceEvent[]> => {
  const us = (await ourRef(ctx)).local?.id ?? '';
  const authors = [...new Set(events.flatMap((event) => authorOf(event) ?? []))].filter((id) => id !== us);
  if (authors.length === 0) return events;
  const followed = await followedAmong(authors, known, ctx);
  return events.filter((event) => {
    const author = authorOf(event);
    return event.kind !== 'post' || author === us || (author !== undefined && followed.has(author));
  });
};
