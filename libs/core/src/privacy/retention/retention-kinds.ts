/**
 * As what something is kept:
 *
 * - `context`: nothing lets it in by itself any more: it was heard around something, or its follow ended
 * - `no-need`, `need`: whether anybody wants something in it, or spoke to us
 * - `sensitive`: a label says that it is nothing to keep about somebody
 * - `brought-in`: from a file or an archive, or by hand; the latter for the shortest time of all, whatever else it is
 * - `answered`: we answered, or are about to; `answered-words` is how long the words of others stay in it
 */
export const retentionKinds = ['context', 'no-need', 'need', 'sensitive', 'brought-in', 'answered', 'answered-words'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Days, from the last thing that happened in a conversation: what holds where no library above says otherwise. */
export const retentionDefaults: Readonly<Record<RetentionKind, number>> = {
  context: 7, 'no-need': 14, need: 90, sensitive: 30, 'brought-in': 30, answered: 3 * 365, 'answered-words': 90,
};
