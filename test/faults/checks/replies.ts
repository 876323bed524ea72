import type { Town } from '../scene/town.ts';

interface StoredReply {
  readonly key: string;
  readonly state: string;
  readonly ref: string | null;
  readonly words: string | null;
  /** Our post stands in the thread, below what it answers. */
  readonly placed: boolean;
  /** Its conversation became one with another before it left: whoever approved it is to read again. */
  readonly voided: boolean;
  /** What it answers was deleted before it left; that this is true is looked at with the posts. */
  readonly late: boolean;
}

/** The far side's own count beside what staff see: none twice, none lost, and whoever cannot be asked about is with a person. */
export const repliesAreRight = async ({ installation, farSide }: Town): Promise<{ readonly wrongs: readonly string[]; readonly seen: string }> => {
  const stored = await installation.query<StoredReply>(
    `select key, state, sent_ref ->> 'id' as ref, failure_words as words, exists (select 1 from post p where p.network = 'faults' and p.remote_id = sent_ref ->> 'id' and p.parent_id = to_post_id) as placed,
       exists (select 1 from timeline t where t.kind = 'approval-voided' and t.detail ->> 'reply' = reply.id::text) as voided,
       exists (select 1 from post p where p.id = to_post_id and p.gone_at is not null) as late from reply`);
  const wrongs = stored.flatMap(({ key, state, ref, words, placed, voided, late }) => {
    const [times, manner] = [farSide.taken.get(key) ?? 0, farSide.mannerOf(key)];
    const told = `reply ${key} (${manner}) was taken ${times} times and is ${state}`;
    if (times > 1) return [told];
    if (state === 'sent' && !placed) return [`${told}, and has no place in its thread`];
    if (state === 'sent') return times === 1 && ref === farSide.refOf.get(key) ? [] : [told];
    if (state === 'unknown') return manner.endsWith('untold') ? [] : [`${told}, though the far side can tell`];
    return times === 0 && ((state === 'draft' && voided) || (late && (state === 'failed' || state === 'withdrawn'))) ? [] : [`${told}: ${words ?? ''}`];
  });
  const known = new Set(stored.map(({ key }) => key));
  for (const key of farSide.taken.keys()) if (!known.has(key)) wrongs.push(`the far side took ${key}, which nobody wrote`);
  const states = Map.groupBy(stored, ({ state }) => state);
  return { wrongs, seen: [...states].map(([state, of]) => `${of.length} replies ${state}`).sort().join(', ') };
};

/** Of each conversation the far side took its replies in the order in which they were approved; those that it never took are of no matter. */
export const repliesInOrder = async ({ installation, farSide }: Town): Promise<readonly string[]> => {
  const stored = await installation.query<{ key: string; conversation: string }>('select key, conversation_id as conversation from reply order by approved_at, id');
  const place = new Map(farSide.order.map((key, at) => [key, at]));
  return [...Map.groupBy(stored.filter(({ key }) => place.has(key)), ({ conversation }) => conversation)].flatMap(([conversation, replies]) => {
    const places = replies.map(({ key }) => place.get(key) ?? 0);
    const late = places.findIndex((at, n) => n > 0 && at < (places[n - 1] ?? 0));
    return late === -1 ? [] : [`in ${conversation} reply ${late + 1} of ${places.length} was taken before reply ${late}: ${places.join(' ')}`];
  });
};
