import { wordsOf } from '../../language/index.js';

/**
 * What people write to a library that is to leave them alone, folded, in the languages that are heard most. A message is a "stop" where it says
 * one of these and nothing else: whoever writes more wants to be read by a person, who decides.
 */
const phrases: readonly string[] = [
  'stop', 'stop it', 'please stop', 'stop please', 'unsubscribe', 'opt out', 'leave me alone', 'please leave me alone', 'go away', 'do not contact me', "don't contact me", 'do not reply to me',
  "don't reply to me", 'no more replies', 'stop replying', 'stop replying to me', 'stop contacting me', 'stop messaging me', 'do not write to me', "don't write to me", 'please do not contact me again',
  'para', 'basta', 'por favor para', 'dejame en paz', 'dejadme en paz', 'no me contactes', 'no me escribas', 'no me respondas', 'baja',
  'arrete', 'arretez', 'arretez svp', 'laissez moi tranquille', 'ne me contactez plus', 'ne me repondez plus', 'ne m ecrivez plus', 'desabonner',
  'stopp', 'bitte aufhoren', 'lasst mich in ruhe', 'lass mich in ruhe', 'lassen sie mich in ruhe', 'bitte nicht mehr schreiben', 'kontaktiert mich nicht', 'keine antworten mehr', 'abmelden',
  'pare', 'parem', 'me deixe em paz', 'deixem me em paz', 'nao me contatem', 'nao me escrevam',
  'smettila', 'smettetela', 'lasciatemi in pace', 'non contattatemi', 'non scrivetemi',
  'hou op', 'laat me met rust', 'niet meer reageren', 'przestan', 'przestancie', 'не пишите мне', 'перестаньте', 'отстаньте', 'не пишіть мені', 'припиніть', 'відчепіться',
];

const comparable = (text: string): string => wordsOf(text).join(' ').replaceAll("'", ' ');
const known: ReadonlySet<string> = new Set(phrases.map(comparable));
const longest = 60;

/** Handles and links at the beginning or the end address the message; they are no part of what it says. */
const addressing = /(?<!\S)(?:@\S+|https?:\/\/\S+)/gu;

/** Whether a message that addresses a library asks it to stop, and says nothing else. */
export const asksToStop = (text: string): boolean => {
  const said = text.replace(addressing, ' ');
  return said.length <= longest && known.has(comparable(said));
};
