import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { harmlessHtml, plainText } from './plain-text.js';

describe('plainText', () => {
  it.each([
    ['<p>One</p><p>Two<br />Three</p>', 'One\n\nTwo\nThree'],
    ['<p>A <strong>bold</strong> <em>move</em>,\n wrapped</p>', 'A bold move, wrapped'],
    ['<p>Fish &amp; chips &lt;3 caf&eacute;</p>', 'Fish & chips <3 café'],
    ['<ul><li>one</li><li>two</li></ul><p>after</p>', 'one\ntwo\n\nafter'],
    ['<p><span class="h-card"><a href="https://a.example/@ann" class="u-url mention">@<span>ann</span></a></span> hello <a class="mention hashtag" href="#">#<span>bread</span></a></p>', '@ann hello #bread'],
    ['<p><a href="https://alder.example/long"><span class="invisible">https://</span><span class="ellipsis">alder.example/lo</span><span class="invisible">ng</span></a></p>', 'https://alder.example/long'],
    ['<p class="quote-inline">RE: <a href="https://x.example/1">https://x.example/1</a></p><p>Yes, this</p>', 'Yes, this'],
    ['<pre>a\n  b</pre>', 'a\n  b'],
    ['<p>seen</p><script>alert(1)</script><style>p{}</style>', 'seen'],
    ['no markup at all', 'no markup at all'],
    ['', ''],
  ])('reads %j', (html, text) => {
    expect(plainText(html)).toBe(text);
  });
});

describe('harmlessHtml', () => {
  it.each([
    ['<p onclick="x()">Hi <img src=x onerror=alert(1)><b>there</b></p>', '<p>Hi <b>there</b></p>'],
    ['<a href="javascript:alert(1)">x</a>', '<a rel="nofollow noopener noreferrer">x</a>'],
    ['<p>a<script>b</script></p><iframe src="//x"></iframe>', '<p>a</p>'],
  ])('cleans %j', (html, clean) => {
    expect(harmlessHtml(html)).toBe(clean);
  });

  it.each(['<a href="#javascript:">x</a>', '<a href="/relative">x</a>', '<a href="<a href=">x</a>'])('takes the address out of %s, which leads nowhere', (html) => {
    expect(harmlessHtml(html)).toBe('<a rel="nofollow noopener noreferrer">x</a>');
  });
  it('leaves nothing that acts, whatever comes', () => {
    const scraps = fc.array(fc.oneof(fc.string(), fc.constantFrom('<script>', '</script>', '<img src=x onerror=y>', '<a href="', 'javascript:', '">', '<svg/onload=x>', '<p style=x>', '<!--', '-->', '<math><mi>', '&lt;script&gt;'))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(scraps, (html) => {
        const clean = harmlessHtml(html);
        // A second pass may set nested paragraphs apart, and wakes nothing either.
        const tags = [clean, harmlessHtml(clean)].flatMap((each) => each.match(/<[^>]*>/g) ?? []);
        expect(tags.filter((tag) => /^<\/?(script|img|svg|iframe|style|math)|\son\w+=|javascript:/i.test(tag))).toEqual([]);
        expect(typeof plainText(html)).toBe('string');
      }),
    );
  });
});
