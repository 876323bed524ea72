import { type Meaning, type Refusal, refusalsInWords, refusalsOf } from '@earshot/plugin-sdk';
import type { LabelView, PostView, ProfileView } from './views.js';

const meant: Readonly<Record<string, Meaning>> = {
  '!hide': 'hidden',
  '!warn': 'warned-of',
  '!takedown': 'out-of-service',
  '!suspend': 'out-of-service',
  '!no-unauthenticated': 'signed-in-only',
};

const holds = ({ neg, exp }: LabelView, now: Date): boolean => neg !== true && (exp === undefined || !(Date.parse(exp) <= now.getTime()));

/** Labels that say how far somebody's words may go, whoever put them there. Those that say what is in a post refuse nothing. */
export const refusalsInLabels = (labels: readonly LabelView[], where: string, now: Date): readonly Refusal[] => {
  const values = new Set(labels.filter((label) => holds(label, now)).map(({ val }) => val));
  return [...values].flatMap((val) => (Object.hasOwn(meant, val) ? refusalsOf(meant[val] as Meaning, `label ${val} on ${where}`) : []));
};

/** What is refused on one post: its labels, and the gates that its author put up. */
export const refusalsOfPost = ({ labels = [], viewer }: Pick<PostView, 'labels' | 'viewer'>, own: readonly LabelView[], now: Date): readonly Refusal[] => [
  ...refusalsInLabels([...labels, ...own], 'the post', now),
  ...(viewer?.replyDisabled === true ? refusalsOf('answers-restricted', 'threadgate: who may answer is restricted') : []),
  ...(viewer?.embeddingDisabled === true ? refusalsOf('not-quoted', 'postgate: not to be quoted') : []),
];

/** Whether somebody lets programs write from their words (bluesky-social/proposals 0008): `unknown` where their data server did not tell. */
export type Intent = 'disallowed' | 'not-disallowed' | 'unknown';

const intents: Readonly<Record<Intent, readonly Refusal[]>> = {
  disallowed: refusalsOf('no-generated-words', 'user intents: syntheticContentGeneration is not allowed'),
  'not-disallowed': [],
  unknown: refusalsOf('no-generated-words', 'user intents: their server does not answer, so it is not known what they allow'),
};

/** What is refused by a person: labels, words in the bio, declared intents. */
export const refusalsOfProfile = ({ labels = [], description = '' }: Pick<ProfileView, 'labels' | 'description'>, intent: Intent, now: Date): readonly Refusal[] => [
  ...refusalsInLabels(labels, 'the account', now),
  ...refusalsInWords(description, 'bio'),
  ...intents[intent],
];
