import { describe, expect, it } from '@jest/globals';
import { aHeard } from '@earshot/plugin-testing';
import { CueClassifier, findNeeds } from './classifier.js';
import { cues, questionCues, tones } from './lexicon.js';

/** Above it a post counts as heard here. Rank also uses weaker findings. */
const clear = 0.15;

const verdict = (text: string): string => {
  const [strongest] = findNeeds(text);
  return strongest && strongest.score >= clear ? strongest.label : 'none';
};

const asked = [
  'Can anyone recommend a good mystery set in Scotland?',
  'Does anybody know where I can get a passport photo on a Sunday?',
  'Anyone know a plumber who picks up the phone?',
  'Could someone explain how the new bin collection works?',
  "Looking for a beginner's course in pottery, any suggestions?",
  'How do I get rid of moss on a slate roof?',
  'Where can I recycle paint tins in Ashford?',
  'What is the best way to clean a cast-iron stove?',
  'Is there a bus to the coast that runs on bank holidays?',
  'How long does it take to learn to read music?',
  'Which bakery makes the sourdough they sell at the market?',
  'Why is the river that colour this week?',
  'What does "chain maker" mean on these old census pages?',
  'Is it legal to keep hens in a terraced garden?',
  'Should I prune the roses now or wait until spring?',
  "What book was that about the lighthouse keeper's daughter?",
  'Are there any evening classes in Welsh around here?',
  'How much should I expect to pay for rewiring two rooms?',
  'Stupid question, but how do you bleed a radiator?',
  "Please help me find the poem read at my gran's funeral",
  'Does this tax form need a witness?',
  'Any advice on getting a toddler to sleep past five?',
  'Can I still register to vote if I moved last month?',
  'When does the allotment waiting list open again?',
  "Source for this? I'd love to read more",
  'Has anyone tried the new physio at the clinic?',
];

const shown = [
  'I wonder how hard it would be to build a wine cellar in my basement',
  'Thinking of taking up beekeeping',
  "I can't work out this tax form",
  'I need something new to read',
  "trying to get my resume done and it's a mess",
  'No idea how to fix this tap and the plumber is away',
  "I've always wanted to learn to sail",
  'I really need to find a decent dictionary of Welsh',
  "Never heard of this author but I'm curious now",
  "I'm stuck on the third question of the citizenship test",
  "I don't know which school to choose for my son",
  'I want to know how they built that bridge without cranes',
  'I wish I knew how to knit like my aunt',
  'Wondering whether any of these old coins are worth something',
  'Not sure how to start with family history',
  'We need a new car and I am completely overwhelmed by it',
];

/** Rhetoric, small talk, favours, advertisements, advice, quotations, joy. */
const neither = [
  'Who does that?',
  'Are you kidding me?',
  'How are you?',
  'How dumb can you be?',
  'What a lovely evening by the river.',
  'The ferry runs again.',
  'RT please',
  'Can we please have a proper bus shelter, council?',
  'Want to lose weight? Click the link in bio and order now, 20% off',
  'Looking for a dentist? We offer free check-ups, book now',
  'Why did you say that?',
  'Nice one, right?',
  'You should try the library, they have a whole shelf on it',
  'Lol what is this even',
  'I hope you feel better soon',
  'Happy birthday to the best sister ever!',
  'Thanks for sharing, this made my day',
  'The council voted to close the bridge on Monday.',
  '> Is it worth it? Absolutely.',
  "Yeah no, you're not wrong about that",
  'What are you talking about?',
  'Are you coming on Saturday?',
  'Congratulations to the under-12s on the cup!',
  'I love this song',
  'It was great, you could hear every word',
];

const askedElsewhere = [
  '¿Alguien sabe dónde puedo aprender a tejer?',
  '¿Me recomiendan un libro sobre abejas?',
  'Busco un fontanero de confianza',
  'Estoy buscando clases de guitarra para mi hija',
  "Quelqu'un connaît un bon dentiste à Ashford ?",
  'Où puis-je trouver des cours de français ?',
  'Je cherche un livre sur les abeilles',
];

const shownElsewhere = [
  'No sé cómo renovar mi pasaporte',
  'Me pregunto si habrá clases de costura',
  'Je me demande comment réparer cette fenêtre',
  "J'aimerais apprendre à jouer du violon",
];

const neitherElsewhere = ['Hoy hace muy buen día en el puerto', 'Quelle belle soirée au bord de la rivière'];

describe('findNeeds', () => {
  it.each(asked)('hears a question: %s', (text) => expect(verdict(text)).toBe('need.explicit'));

  it.each(shown)('hears an unspoken need: %s', (text) => expect(verdict(text)).toBe('need.implicit'));

  it.each(neither)('hears no need: %s', (text) => expect(verdict(text)).toBe('none'));

  it.each(askedElsewhere)('hears a question in Spanish and French: %s', (text) => expect(verdict(text)).toBe('need.explicit'));

  it.each(shownElsewhere)('hears an unspoken need in Spanish and French: %s', (text) => expect(verdict(text)).toBe('need.implicit'));

  it.each(neitherElsewhere)('hears no need in Spanish and French: %s', (text) => expect(verdict(text)).toBe('none'));

  it.each([
    ['Can anyone recommend a good mystery set in Scotland?', 'mystery set Scotland'],
    ['I wonder how hard it would be to build a wine cellar in my basement?', 'build wine cellar basement'],
    ['The fair was fun. How do I get rid of moss on a slate roof? It rains again.', 'rid moss slate roof'],
    ['¿Alguien sabe dónde puedo aprender a tejer?', 'aprender tejer'],
    ['Je cherche un livre sur les abeilles', 'livre abeilles'],
  ])('says in few words what is looked for: %s', (text, restated) => {
    expect(findNeeds(text)[0]?.restated).toBe(restated);
  });

  it('marks the words that it heard', () => {
    const text = 'Lovely day. Does anybody know a plumber?';
    const pieces = findNeeds(text)[0]?.spans.map(([start, end]) => text.slice(start, end));
    expect(pieces).toContain('anybody know');
    expect(pieces?.every((piece) => !/^[\s.?!]/.test(piece))).toBe(true);
  });

  it('reads typographic apostrophes as plain ones', () => {
    const plain = "I can't work out this tax form";
    expect(findNeeds(plain.replace("'", '’'))).toEqual(findNeeds(plain));
  });

  it('reads the beginning of a very long post, and splits no letter at the end of it', () => {
    const need = 'Can anyone recommend a book? ';
    expect(verdict(need + 'x'.repeat(90_000))).toBe('need.explicit');
    expect(verdict('x'.repeat(90_000) + need)).toBe('none');
    expect(() => findNeeds(`a${'😀'.repeat(5_000)}`)).not.toThrow();
  });

  it('gives the strongest first', () => {
    const scores = findNeeds('I wonder how hard it would be to build a wine cellar in my basement?').map(({ score }) => score);
    expect(scores.length).toBe(2);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });
});

describe('the lexicon', () => {
  it('has no form that remembers where it was', () => {
    for (const { form } of [...cues, ...questionCues, ...tones]) expect(form.flags).not.toMatch(/[gy]/);
  });

  it.each([...cues, ...questionCues, ...tones].map(({ form }) => [form]))('takes linear time for hostile texts: %s', (form) => {
    const pieces = ['how do i ', 'what ', 'is it ', '?', ' ', '>', 'any some good other ', 'je cherche ', '¿', 'a.', 'what is the best '];
    const timeOf = (length: number): number => {
      // Of the processor: others may be at work on it.
      const started = process.cpuUsage();
      for (const piece of pieces) form.test(piece.repeat(length / piece.length));
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1_000;
    };
    timeOf(4_000);
    // Twenty-five times what is ever read. A quadratic form takes seconds.
    expect(timeOf(100_000)).toBeLessThan(1_000);
  });
});

describe('CueClassifier', () => {
  it('gives a list for each post', async () => {
    const found = await new CueClassifier().classify([aHeard('The ferry runs again.'), aHeard('Thinking of taking up beekeeping')], new AbortController().signal);
    expect(found.map((findings) => findings.map(({ label }) => label))).toEqual([[], ['need.implicit']]);
  });

  it('does nothing after an abort', async () => {
    await expect(new CueClassifier().classify([], AbortSignal.abort())).rejects.toThrow(/abort/);
  });
});
