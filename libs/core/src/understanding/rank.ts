import type { Labels } from './classifiers.js';

/** The time in which a weight loses a factor of e against one just as heavy, in milliseconds: a day. */
const tau = 24 * 3_600_000;
/** What everything heard weighs, so that a conversation without a finding has its place too, below. */
const ground = 0.002;
const ofPlaceServed = 1.5;
/** Whoever speaks to us wants something of us, and so do staff of what they bring in, whatever a classifier thinks: as a sure question would weigh, and twice over. */
const ofAddressingUs = 2;
/** What a saved search of the library finds: as a doubtful question, whether one or ten of them find it. */
const ofSearch = 0.4;
/** Three days: the pace of the social networks, after which a stranger's answer is odd. */
export const defaultPaceMs = 72 * 3_600_000;

export interface Weighed {
  readonly postedAt: Date;
  /** When we heard it: age is judged then and stored, so that order does not move with the clock. */
  readonly heardAt: Date;
  readonly findings: readonly { readonly label: string; readonly score: number }[];
  /** Saved searches of the library, or of one above it, that found it. */
  readonly searches: readonly { readonly id: string; readonly name: string }[];
  readonly addressed: boolean;
  readonly answersUs: boolean;
  /** Staff brought it in by hand. */
  readonly broughtIn?: boolean;
  /** A place that this library serves, by the name that the post or, where the post names none, its author uses. */
  readonly place?: { readonly library: string; readonly place: string; readonly by: 'text' | 'author' };
}

/** One of conversations/reasons: data, whose words are made at reading. */
export type RankReason =
  | { readonly kind: 'finding'; readonly label: string; readonly title: string; readonly score: number }
  | { readonly kind: 'place'; readonly library: string; readonly place: string; readonly by: 'text' | 'author' }
  | { readonly kind: 'search'; readonly search: string; readonly name: string }
  | { readonly kind: 'addressed' | 'brought-in' | 'answered-back' | 'unanswered' | 'old' }
  | { readonly kind: 'held'; readonly label: string; readonly title: string };

export interface Rank {
  readonly rank: number;
  readonly reasons: readonly RankReason[];
}

/**
 * How much a post deserves attention: log of its weight, plus when it was posted over tau.
 *
 * Of two posts of one moment the heavier comes first; a heavier one stays ahead of a lighter one by tau · ln(ratio).
 * It never moves with the clock, so keyset paging stays true and an archive of 2014 ranks sensibly among itself.
 */
export const rankOf = (post: Weighed, labels: Labels, paceMs = defaultPaceMs): Rank => {
  const old = !post.addressed && !post.answersUs && post.heardAt.getTime() - post.postedAt.getTime() > paceMs;
  const telling = post.findings
    .map((finding) => ({ ...finding, ...labels.get(finding.label) }))
    .filter((finding) => (finding.effects?.attention ?? 0) !== 0)
    .sort((a, b) => Math.abs((b.effects?.attention ?? 0) * b.score) - Math.abs((a.effects?.attention ?? 0) * a.score));
  const attention = telling.reduce((sum, finding) => sum + (finding.effects?.attention ?? 0) * finding.score, 0);
  const held = post.findings.map((finding) => ({ label: finding.label, ...labels.get(finding.label) })).find((finding) => finding.effects?.holdUnprompted === true);

  let weight = ground + (old ? 0 : Math.max(0, attention) + (post.searches.length > 0 ? ofSearch : 0));
  if (post.place !== undefined) weight *= ofPlaceServed;
  if (post.addressed || post.answersUs || post.broughtIn === true) weight = (weight + 1) * ofAddressingUs;

  const reasons: RankReason[] = [];
  if (post.answersUs) reasons.push({ kind: 'answered-back' });
  else if (post.addressed) reasons.push({ kind: 'addressed' });
  else if (post.broughtIn === true) reasons.push({ kind: 'brought-in' });
  const top = telling[0];
  if (top !== undefined) reasons.push({ kind: 'finding', label: top.label, title: top.title ?? top.label, score: top.score });
  if (post.place !== undefined) reasons.push({ kind: 'place', ...post.place });
  for (const { id, name } of post.searches) reasons.push({ kind: 'search', search: id, name });
  if (held !== undefined) reasons.push({ kind: 'held', label: held.label, title: held.title ?? held.label });
  if (old) reasons.push({ kind: 'old' });
  else if (attention > 0) reasons.push({ kind: 'unanswered' });
  return { rank: Math.log(weight) + post.postedAt.getTime() / tau, reasons };
};
