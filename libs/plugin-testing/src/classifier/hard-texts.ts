import { limits } from '@earshot/plugin-sdk';

/** A text that a classifier may meet and stumble over. */
export interface HardText {
  readonly name: string;
  readonly text: string;
}

const full = (piece: string): string => {
  const whole = piece.repeat(Math.ceil(limits.text / piece.length)).slice(0, limits.text);
  return whole.isWellFormed() ? whole : whole.slice(0, -1);
};

/** Texts that are all valid, and none of them kind. */
export const hardTexts: readonly HardText[] = [
  { name: 'no text', text: '' },
  { name: 'white space', text: ' \t\n\u00a0\u2003 ' },
  { name: 'emoji', text: '😀👩‍👩‍👧‍👦🏳️‍🌈❓🇬🇧' },
  { name: 'a question of emoji', text: '🤔❓ can anyone 😀 recommend 📚?' },
  { name: 'letters outside the basic plane', text: '𝓒𝓪𝓷 𝓪𝓷𝔂𝓸𝓷𝓮 𝓱𝓮𝓵𝓹? 𐍈𐍈' },
  { name: 'right to left', text: 'هل يعرف أحد أين أجد كتابا عن النحل؟ \u202eevil\u202c שלום?' },
  { name: 'marks piled on letters', text: `H${'\u0301\u0323\u0308'.repeat(200)}elp?` },
  { name: 'letters whose lower case is longer', text: 'İİİİ how do İ find İstanbul? ẞ' },
  { name: 'markup', text: '<p>How do <b>I</b> &lt;script&gt;alert(1)&lt;/script&gt; &#x1F600;?</p>' },
  { name: 'regular expressions', text: '(a+)+$ \\ [^] {1,} $& $1 ?: ?' },
  { name: 'names of the language', text: '__proto__ constructor toString hasOwnProperty null undefined NaN?' },
  { name: 'characters without width', text: 'a\u200bn\u200dy\ufeffone kno\u00adw?' },
  { name: 'one word as long as a post may be', text: full('a') },
  { name: 'nothing but question marks', text: full('?') },
  { name: 'nothing but spaces', text: full(' ') },
  { name: 'nothing but line breaks', text: full('\n') },
  { name: 'nothing but emoji', text: full('😀') },
  { name: 'the same question again and again', text: full('how do I find out where I can ask anyone? ') },
  { name: 'the beginning of a question again and again', text: full('does anyone know what is the best way to ') },
  { name: 'brackets that never close', text: full('(["\'“¿<') },
];
