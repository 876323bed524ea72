import { expect, it } from '@jest/globals';
import { seenText } from './seen-text.js';

it.each([
  ['<p>See <b>this</b></p><p>1 &lt; 2</p>', 'See this\n\n1 < 2'],
  ['<p>One<br>two<br><br>three<br><br><br>four</p>', 'One\ntwo\n\nthree\n\nfour'],
  ['<ul><li>a</li><li>b</li></ul><p>c</p>', 'a\nb\n\nc'],
  ['<table><tr><td>a</td></tr><tr><td>b</td></tr></table>', 'a\nb'],
  ['  <p> spaces \n and\ttabs </p> <p></p>  ', 'spaces and tabs'],
  ['<pre>a\n  b</pre>', 'a\n  b'],
  ['&amp;lt; &quot;', '&lt; "'],
  ['', ''],
])('%j is seen as %j', (markup, text) => {
  expect(seenText(markup)).toBe(text);
});
