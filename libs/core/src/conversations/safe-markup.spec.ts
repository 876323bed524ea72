import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { safeHtml, safeUrl } from './safe-markup.js';

describe('safeHtml', () => {
  it('keeps what makes a text readable', () => {
    expect(safeHtml('<p>Read <em>this</em>:<br /><a href="https://a.example/?x=1&amp;y=2">here</a></p>')).toBe(
      '<p>Read <em>this</em>:<br /><a href="https://a.example/?x=1&amp;y=2" rel="nofollow noopener noreferrer" target="_blank">here</a></p>',
    );
  });

  it.each([
    ['<script>alert(1)</script>text', 'text'],
    ['<img src=x onerror=alert(1)>text', 'text'],
    ['<p onclick="alert(1)" style="position:fixed" class="x">text</p>', '<p>text</p>'],
    ['<a href="javascript:alert(1)">text</a>', '<a rel="nofollow noopener noreferrer" target="_blank">text</a>'],
    ['<a href="//evil.example">text</a>', '<a rel="nofollow noopener noreferrer" target="_blank">text</a>'],
    ['<a href="https://a.example" rel="opener" target="_self">text</a>', '<a href="https://a.example" rel="nofollow noopener noreferrer" target="_blank">text</a>'],
    ['<iframe src="https://a.example"></iframe><svg><script>1</script></svg>', ''],
    ['<style>body{}</style><textarea><p>text</p></textarea>', ''],
    ['<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<p></p>'],
  ])('takes the rest away (%#)', (html, safe) => expect(safeHtml(html)).toBe(safe));

  it('lets no handler, style or script through, whatever it is given', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('<', '>', '"', "'", '<a href="', 'javascript:', '<svg/onload=', '<!--', '-->', '<script', '</', ' onerror=', '<math>', '<![CDATA[', '&lt;'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const tags = safeHtml(pieces.join('')).match(/<[^>]*>/gu) ?? [];
        for (const tag of tags) expect(tag).toMatch(/^<\/?(p|br|a|em|strong|b|i|u|s|del|blockquote|ul|ol|li|code|pre)( href="https?:[^"]*")?( rel="nofollow noopener noreferrer" target="_blank")?( \/)?>$/iu);
      }),
    );
  });
});

describe('safeUrl', () => {
  it.each([
    ['https://a.example/x', 'https://a.example/x'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['/relative', null],
    [null, null],
  ])('%s is %s', (url, safe) => expect(safeUrl(url)).toBe(safe));
});
