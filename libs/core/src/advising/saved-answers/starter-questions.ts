import { searchText } from '../../language/index.js';

/** A question of the reference interview that comes with the program, until a library puts its own in its place or hides it. */
export interface StarterQuestion {
  readonly id: string;
  readonly lang: string;
  readonly title: string;
  readonly text: string;
  readonly categories: readonly string[];
  /** From 1, in the order of its language. */
  readonly place: number;
}

interface Interview {
  readonly lang: string;
  readonly category: string;
  readonly questions: readonly (readonly [title: string, text: string])[];
}

/**
 * What reference librarians ask: open and neutral, about the use and not the reasons (RUSA's guidelines for reference behaviour, chapter Listening/Inquiring,
 * https://www.ala.org/rusa/resources/guidelines/guidelinesbehavioral, 2026-11-27). "Why" sounds like an examination, so nobody asks it. Each fits a short
 * post, and none takes the reader for a friend or a stranger where the language would have to choose.
 *
 * NOTE: libraries hide and replace them by their ids, which are made of where they stand: put new ones at the end, and leave a place empty rather than move what follows.
 */
const interviews: readonly Interview[] = [
  {
    lang: 'en', category: 'reference interview',
    questions: [
      ['What it is about', 'Happy to help you look! Could you tell us a little more about what you would like to find out?'],
      ['What it is for', 'What would you like to do with it? That helps us find something that fits.'],
      ['What was tried', 'Where have you looked so far, and what did you find there?'],
      ['By when', 'By when would it be useful to you?'],
      ['Which level', 'How far should it go: a first overview, step-by-step help, or something for specialists?'],
      ['Which form', 'What would suit you best: a book, something to read or watch online, a course, or somebody to talk to?'],
      ['What matters most', 'Which part of it matters most to you right now?'],
    ],
  },
  {
    lang: 'de', category: 'Auskunftsgespräch',
    questions: [
      ['Worum es geht', 'Da schauen wir gerne nach! Worum genau geht es?'],
      ['Wofür', 'Wofür soll es sein? Dann finden wir leichter, was passt.'],
      ['Was schon versucht wurde', 'Wo ist schon gesucht worden, und was kam dabei heraus?'],
      ['Bis wann', 'Bis wann wird es gebraucht?'],
      ['Wie tief', 'Wie weit soll es gehen: ein erster Überblick, eine Anleitung Schritt für Schritt oder etwas für Fachleute?'],
      ['In welcher Form', 'Was passt am besten: ein Buch, etwas zum Lesen oder Ansehen im Netz, ein Kurs oder ein Gespräch?'],
      ['Was am wichtigsten ist', 'Was davon ist im Moment am wichtigsten?'],
    ],
  },
  {
    lang: 'es', category: 'entrevista de referencia',
    questions: [
      ['De qué se trata', '¡Con gusto ayudamos a buscar! ¿De qué se trata exactamente?'],
      ['Para qué', '¿Para qué va a servir? Así encontramos mejor algo que encaje.'],
      ['Qué se ha buscado ya', '¿Dónde se ha buscado hasta ahora y qué ha aparecido?'],
      ['Para cuándo', '¿Para cuándo hace falta?'],
      ['Qué nivel', '¿Hasta dónde debe llegar: una primera idea, una guía paso a paso o algo para especialistas?'],
      ['En qué forma', '¿Qué vendría mejor: un libro, algo para leer o ver en línea, un curso o hablar con alguien?'],
      ['Qué importa más', '¿Qué parte es la más importante en este momento?'],
    ],
  },
  {
    lang: 'fr', category: 'entretien de référence',
    questions: [
      ['De quoi il s’agit', 'Nous aidons volontiers à chercher\u00a0! De quoi s’agit-il exactement\u00a0?'],
      ['Pour quel usage', 'À quoi cela doit-il servir\u00a0? Nous trouverons plus facilement ce qui convient.'],
      ['Ce qui a été cherché', 'Où la recherche a-t-elle déjà mené, et qu’a-t-elle donné\u00a0?'],
      ['Pour quand', 'Pour quand est-ce utile\u00a0?'],
      ['Quel niveau', 'Jusqu’où faut-il aller\u00a0: un premier aperçu, un guide pas à pas ou quelque chose pour spécialistes\u00a0?'],
      ['Sous quelle forme', 'Qu’est-ce qui irait le mieux\u00a0: un livre, quelque chose à lire ou à regarder en ligne, un cours ou une conversation\u00a0?'],
      ['Ce qui compte le plus', 'Quelle partie compte le plus en ce moment\u00a0?'],
    ],
  },
];

const idOf = (interview: number, place: number): string => `0195c0de-0000-7000-8000-${String(interview * 1_000 + place).padStart(12, '0')}`;

export const starterQuestions: readonly StarterQuestion[] = interviews.flatMap(({ lang, category, questions }, interview) =>
  questions.map(([title, text], at) => ({ id: idOf(interview + 1, at + 1), lang, title, text, categories: [category], place: at + 1 })),
);

/** The same as statements take them, each with its words as search compares them. */
export const startersAsJson = JSON.stringify(starterQuestions.map((one) => ({ ...one, words: searchText([one.title, one.text, ...one.categories].join(' ')) })));
