import type { Classifier, Finding, Heard, Label, Span } from '@earshot/plugin-sdk';
import { bias, cues, questionCues, tones } from './lexicon.js';
import { restate } from './restate.js';

const labels: readonly Label[] = [
  { id: 'need.explicit', title: 'asks for something', effects: { attention: 1 } },
  { id: 'need.implicit', title: 'an unspoken need', effects: { attention: 0.8 } },
];

/** Below it a verdict says nothing: of a hundred such posts fewer than five held a need. Rank uses the weak ones above it. */
const threshold = 0.05;

/** UTF-16 units that are read of a post. A need stands at its beginning, and the time for a post stays bounded. */
const readable = 4_000;

const maxSpans = 5;

const everyCue = [...cues, ...questionCues];

interface Evidence {
  readonly span: Span;
  readonly explicit: number;
  readonly implicit: number;
}

const probability = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** A typographic apostrophe becomes a plain one: no offset moves. Nothing is cut through a surrogate pair. */
const prepared = (text: string): string => {
  const cut = text.length > readable ? text.slice(0, readable).replace(/[\uD800-\uDBFF]$/, '') : text;
  return cut.replaceAll('’', "'");
};

const gather = (text: string): readonly Evidence[] => {
  const found: Evidence[] = [];
  for (const { form, explicit, implicit } of text.includes('?') ? everyCue : cues) {
    const match = form.exec(text);
    if (match) found.push({ span: trimmed(text, match.index, match.index + match[0].length), explicit, implicit });
  }
  return found;
};

const trimmed = (text: string, start: number, end: number): Span => {
  const piece = text.slice(start, end);
  const lead = piece.length - piece.replace(/^[\s.!?,¿]+/, '').length;
  return [start + lead, end];
};

const findingFor = (label: 'explicit' | 'implicit', text: string, evidence: readonly Evidence[], tone: number): Finding | undefined => {
  const score = probability(bias[label] + tone + evidence.reduce((sum, cue) => sum + cue[label], 0));
  if (score < threshold) return undefined;
  const strongest = evidence.filter((cue) => cue[label] > 0).toSorted((a, b) => b[label] - a[label]);
  const [first] = strongest;
  if (first === undefined) return undefined;
  const restated = restate(text, first.span[0]);
  return {
    label: `need.${label}`,
    score,
    spans: strongest.slice(0, maxSpans).map(({ span }) => span).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
    ...(restated === undefined ? {} : { restated }),
  };
};

/** What one text shows, strongest first: log-odds of all forms in it, added up. No cue, no finding, whatever the tone. */
export const findNeeds = (text: string): readonly Finding[] => {
  const read = prepared(text);
  const evidence = gather(read);
  if (evidence.length === 0) return [];
  const heard = tones.filter(({ form }) => form.test(read));
  const toneOf = (label: 'explicit' | 'implicit'): number => heard.reduce((sum, tone) => sum + tone[label], 0);
  return (['explicit', 'implicit'] as const)
    .flatMap((label) => findingFor(label, read, evidence, toneOf(label)) ?? [])
    .toSorted((a, b) => b.score - a.score);
};

/** Finds needs by the {@link cues} of a lexicon: pure, without state, quick enough to run while posts are stored. */
export class CueClassifier implements Classifier {
  readonly version = '1';
  readonly labels = labels;
  readonly languages = ['en', 'es', 'fr'];
  readonly when = 'with-store';

  async classify(heard: readonly Heard[], abort: AbortSignal): Promise<readonly (readonly Finding[])[]> {
    abort.throwIfAborted();
    return heard.map(({ post }) => findNeeds(post.text));
  }
}
