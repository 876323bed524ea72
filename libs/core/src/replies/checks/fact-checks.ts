import { languageOf } from '../../language/index.js';
import { type QuietHours as QuietSpan, afterQuiet, minutesOf } from '../../libraries/index.js';
import type { Labels } from '../../understanding/index.js';
import { type Role, reaches } from '../../staff/index.js';
import { type StopRow, stopInWords } from '../../stops/index.js';
import type { ReplyPolicy, SecondPersonCase } from '../policy/reply-policy.row.js';
import { isSigned } from '../policy/signature.js';
import type { ReplyState } from '../reply.row.js';
import type { Check } from './check.js';
import { NeedsApprover, NeedsSecondPerson, QuietHours, SendingStopped, Unsigned } from './policy-checks.model.js';
import { ColleagueReplies, ColleagueSends, ColleagueTypes, OldPost, OtherLanguage, OtherLibraryAnswers, OthersAnswered, SameWords, Sensitive, UnaskedLately } from './fact-checks.model.js';

/** A row of `reply-facts.sql`. */
export interface ReplyFacts {
  readonly now: Date;
  readonly postedAt: Date | null;
  readonly authorLang: string | null;
  /** The post speaks to us: it mentions an account of ours or answers one. Never of a post of our own. */
  readonly addressed: boolean;
  /** When, and by which library, its author was written to unasked the last time. */
  readonly contactAt: Date | null;
  readonly contactBy: string | null;
  /** People other than its author and us who answered it. */
  readonly answers: number;
  readonly labels: readonly string[];
  /** What follows it, of an answer in several parts. */
  readonly behind: readonly string[];
  readonly claim: { readonly library: string; readonly since: string } | null;
  /** `leaves`: it is on its way or out since these words were written, and whoever approves them does not say that they know it. */
  readonly others: readonly { readonly id: string; readonly state: ReplyState; readonly by: string; readonly at: string; readonly leaves: boolean }[];
  /** Colleagues who type in the conversation right now, and whether they have it. */
  readonly typing: readonly { readonly by: string; readonly since: string; readonly hasIt: boolean }[];
  /** It answers nobody, and is for everybody. */
  readonly isOwnPost: boolean;
  /** Other people who got the same words; a post to everybody counts as one. */
  readonly sameWords: number;
  /** Of whoever would approve: they wrote these words, how many replies of their drafting were sent, up to {@link newcomerReplies}, and their role. */
  readonly isTheirs: boolean;
  readonly theirsSent: number;
  readonly role: Role | null;
  /** Of the library. */
  readonly timeZone: string;
  /** Who stopped sending, and why. */
  readonly stop: Pick<StopRow, 'what' | 'why' | 'byName'> | null;
}

/** With so many replies sent nobody is new. */
const newcomerReplies = 10;
export const sameWordsDays = 30;
/** Conversations on public networks are over by then. */
const oldDays = 3;
const dayMs = 86_400_000;

/** What the facts are measured by. */
export interface FactsAround {
  /** Of the reply. */
  readonly text: string;
  readonly lang: string;
  readonly policy: ReplyPolicy;
  readonly labels: Labels;
  /** When it is to leave; now where nobody says. */
  readonly dueAt?: Date;
}

/** What the database knows, as what it means for a reply of these words. Pure. */
export const factChecks = (facts: ReplyFacts, { text, lang, policy, labels, dueAt = facts.now }: FactsAround): readonly Check[] => {
  const checks: Check[] = [];
  const careful = carefulOf(facts, labels);
  if (facts.stop !== null) checks.push(new SendingStopped(stopInWords(facts.stop)));
  if (facts.role !== null && !reaches(facts.role, policy.approvers)) checks.push(new NeedsApprover(policy.approvers));
  const because = facts.isTheirs ? policy.secondPerson.filter((one) => secondPersonFor(one, facts, careful)) : [];
  if (because.length > 0) checks.push(new NeedsSecondPerson(because));
  if (facts.claim !== null) checks.push(new OtherLibraryAnswers(facts.claim.library, new Date(facts.claim.since)));
  if (!facts.addressed && facts.contactAt !== null && policy.unaskedDays > 0) checks.push(new UnaskedLately(facts.contactAt, facts.contactBy ?? 'Another library', policy.unaskedDays));
  if (careful.length > 0) checks.push(new Sensitive(careful));
  for (const { id, state, by, at, leaves } of facts.others) checks.push(new (leaves ? ColleagueSends : ColleagueReplies)({ replyId: id, state, byId: by, at: new Date(at) }));
  for (const { by, since, hasIt } of facts.typing) checks.push(new ColleagueTypes({ byId: by, since: new Date(since), hasIt }));
  if (facts.answers > 0) checks.push(new OthersAnswered(facts.answers));
  const days = facts.postedAt === null ? 0 : Math.floor((facts.now.getTime() - facts.postedAt.getTime()) / dayMs);
  if (days >= oldDays && facts.postedAt !== null) checks.push(new OldPost(facts.postedAt, days));
  const written = languageOf([text, ...facts.behind].join('\n'), undefined) ?? lang;
  if (facts.authorLang !== null && primary(written) !== primary(facts.authorLang)) checks.push(new OtherLanguage(written, facts.authorLang));
  if (facts.sameWords > 0) checks.push(new SameWords(facts.sameWords, facts.isOwnPost));
  const outOfQuiet = afterQuiet(dueAt, quietOf(policy), facts.timeZone);
  if (outOfQuiet > dueAt) checks.push(new QuietHours(outOfQuiet));
  if (policy.signature !== null && !isSigned([text, ...facts.behind].join('\n'), policy.signature)) checks.push(new Unsigned());
  return checks;
};

const quietOf = ({ quietHours }: ReplyPolicy): QuietSpan | null => {
  const [from, until] = [minutesOf(quietHours?.from ?? ''), minutesOf(quietHours?.until ?? '')];
  return from === undefined || until === undefined ? null : { from, until };
};

/** The titles of what was found in the post that asks for care. */
const carefulOf = ({ labels: found }: ReplyFacts, labels: Labels): readonly string[] =>
  found.flatMap((id) => {
    const label = labels.get(id);
    return label !== undefined && (label.effects.holdUnprompted === true || label.effects.blur === true) ? [label.title] : [];
  });

const secondPersonFor = (one: SecondPersonCase, facts: ReplyFacts, careful: readonly string[]): boolean => {
  switch (one) {
    case 'always':
      return true;
    case 'newcomer':
      return facts.theirsSent < newcomerReplies;
    case 'unasked':
      return !facts.addressed;
    case 'sensitive':
      return careful.length > 0;
  }
};

const primary = (lang: string): string => lang.toLowerCase().split('-')[0] ?? lang;
