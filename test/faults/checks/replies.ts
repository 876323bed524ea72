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
  /** Each of its few tries was killed, or came to nothing: a person is told that it did not arrive. */
  readonly givenUp: boolean;
  /** A part before it, of the same answer, is one that a person has to look at. */
  readonly waits: boolean;
}

/** The far side's own count beside what staff see: none twice, none lost, and whoever cannot be asked about is with a person. */
export const repliesAreRight = async ({ installation, farSide }: Town): Promise<{ readonly wrongs: readonly string[]; readonly seen: string }> => {
  const stored = await installation.query<StoredReply>(
    `select key, state, sent_ref ->> 'id' as ref, failure_words as words, exists (select 1 from post p where p.network = 'faults' and p.remote_id = sent_ref ->> 'id' and p.parent_id = coalesce(
         (select q.id from reply b join post q on q.network = 'faults' and q.remote_id = b.sent_ref ->> 'id'
          where (b.id = r.whole_id or b.whole_id = r.whole_id) and b.part = r.part - 1), to_post_id)) as placed,
       exists (select 1 from timeline t where t.kind = 'approval-voided' and t.detail ->> 'reply' = r.id::text) as voided,
       exists (select 1 from post p where p.id = to_post_id and p.gone_at is not null) as late,
       state = 'failed' and tries >= 5 as "givenUp",
       exists (select 1 from reply b where (b.id = r.whole_id or b.whole_id = r.whole_id) and b.part < r.part and b.state in ('unknown', 'failed', 'draft')) as waits from reply r`);
  const wrongs = stored.flatMap(({ key, state, ref, words, placed, voided, late, givenUp, waits }) => {
    const [times, manner] = [farSide.taken.get(key) ?? 0, farSide.mannerOf(key)];
    const told = `reply ${key} (${manner}) was taken ${times} times and is ${state}`;
    if (times > 1) return [told];
    if (state === 'sent' && !placed) return [`${told}, and has no place in its thread`];
    if (state === 'sent') return times === 1 && ref === farSide.refOf.get(key) ? [] : [told];
    if (state === 'approved' && waits) return times === 0 ? [] : [told];
    if (state === 'unknown') return manner.endsWith('untold') ? [] : [`${told}, though the far side can tell`];
    return times === 0 && (givenUp || (state === 'draft' && voided) || (late && (state === 'failed' || state === 'withdrawn'))) ? [] : [`${told}: ${words ?? ''}`];
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

/** Of each answer in parts the far side took every part as an answer to the one before it, and none before that one. */
export const partsInOrder = async ({ installation, farSide }: Town): Promise<readonly string[]> => {
  const stored = await installation.query<{ key: string; whole: string; part: number; to: string }>(
    'select r.key, coalesce(r.whole_id, r.id) as whole, r.part, p.remote_id as to from reply r join post p on p.id = r.to_post_id order by whole, r.part');
  const place = new Map(farSide.order.map((key, at) => [key, at]));
  return [...Map.groupBy(stored, ({ whole }) => whole).values()].flatMap((parts) =>
    parts.filter(({ key }) => place.has(key)).flatMap(({ key, part, to }) => {
      const before = parts[part - 1]?.key;
      const answered = farSide.answered.get(key);
      if (answered !== (before === undefined ? to : farSide.refOf.get(before))) return [`part ${part} (${key}) answers ${answered}, and not the part before it`];
      return before !== undefined && !((place.get(before) ?? Number.POSITIVE_INFINITY) < (place.get(key) ?? 0)) ? [`part ${part} (${key}) was taken before the one before it`] : [];
    }));
};
