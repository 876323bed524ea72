import type { Span } from '@earshot/plugin-sdk';

const maxWords = 8;

/** Words that a catalogue search is better off without: function words and the words of asking, in three languages. */
const idle = new Set(
  `a an the this that these those it its he she they them we us i me my mine our you your his her their one ones any some anyone anybody
  someone somebody everyone who whom which what where when why how whether if is are was were be been being am do does did done have has had
  can could would will shall should may might must to of for in on at by with from about into as and or but so than then there here just really very
  please pls thanks thank know knows tell explain recommend recommends suggest help find looking look searching wonder wondering curious question
  want wanted need needs would like love trying try think thinking hard good best get got not no don't dont didn't can't cannot i'm i'd i've it's what's where's
  anybody's out up also too much many more other else hi hello hey everybody folks guys idea ideas advice tips recommendations suggestions
  el la los las un una unos unas de del al en con por para y o que qué cómo como dónde donde cuál se me mi su es hay alguien sabe puede puedo conoce busco buscando
  le les des du au aux et ou que qui où comment quel quelle je tu il elle on nous vous mon ma mes est-ce est sont dans pour avec sur quelqu'un sait cherche pas ne`.split(/\s+/),
);

/** Where the sentence begins and ends in which `at` stands. */
const sentenceAround = (text: string, at: number): Span => {
  const start = Math.max(...['.', '!', '?', '\n'].map((mark) => (at === 0 ? -1 : text.lastIndexOf(mark, at - 1)))) + 1;
  const rest = text.slice(at).search(/[.!?\n]/);
  return [start, rest < 0 ? text.length : at + rest];
};

const fullWords = (clause: string): readonly string[] =>
  (clause.match(/[\p{L}\p{N}][\p{L}\p{N}'-]{0,39}/gu) ?? []).filter((word) => !idle.has(word.toLowerCase()));

/** What is looked for, in a few words: the clause from `at` on, else the whole sentence around it, without idle words. */
export const restate = (text: string, at: number): string | undefined => {
  const [start, end] = sentenceAround(text, at);
  const clause = fullWords(text.slice(at, end));
  const words = clause.length >= 2 ? clause : fullWords(text.slice(start, end));
  return words.length === 0 ? undefined : words.slice(0, maxWords).join(' ');
};
