import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PostModel } from './post.model.js';
import { ProfileModel } from './profile.model.js';
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

/** Ways by which markup has come to act in browsers, in pieces that may stand anywhere in a text. */
const vectors = [
  '<script>alert(1)</script>', '<scr<script>ipt>alert(1)</scr</script>ipt>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>', '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">', '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>', '<iframe srcdoc="<script>alert(1)</script>">', '<object data="data:text/html,x">', '<embed src="javascript:alert(1)">',
  '<base href="https://evil.example/">', '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">', '<link rel="stylesheet" href="https://evil.example/x.css">', '<p style="background:url(javascript:alert(1))">', '<details open ontoggle=alert(1)>', '<video><source onerror=alert(1)></video>', '<body onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>', '<a href=" \tjava\nscript:alert(1)">x</a>', '<a href="&#106;avascript&colon;alert(1)">x</a>', '<a href="\u0001javascript:alert(1)">x</a>', '<a href="vbscript:x">x</a>', '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>', '<a href="blob:https://a.example/1">x</a>', '<a href="https://a.example/&quot; onclick=&quot;alert(1)">x</a>',
  '<a href=\'https://a.example/"onmouseover="alert(1)\'>x</a>', '<a href="https:javascript:alert(1)">x</a>', '<a href="//evil.example">x</a>', '<a href="\\\\evil.example">x</a>', '<a target="_self" rel="opener" href="https://a.example">x</a>', '<!--><img src=x onerror=alert(1)>-->', '<![CDATA[<img src=x onerror=alert(1)>]]>', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<textarea><img src=x onerror=alert(1)></textarea>', '<title><img src=x onerror=alert(1)></title>', '<xmp><img src=x onerror=alert(1)></xmp>', '<plaintext><img src=x onerror=alert(1)>', '<template><img src=x onerror=alert(1)></template>', '<input autofocus onfocus=alert(1)>', '<b/onclick=alert(1)>', '<p/"onmouseover="alert(1)">', '&lt;script&gt;alert(1)&lt;/script&gt;', '<x onclick=alert(1)>',
];
const plain = /^<\/?(p|br|a|em|strong|b|i|u|s|del|blockquote|ul|ol|li|code|pre)( href="https?:\/\/[^"<>]*")?( rel="nofollow noopener noreferrer" target="_blank")?( \/)?>$/u;
/** What of safe markup a browser would read as a tag, in the strictest reading: nothing but these. */
const odd = (html: string): readonly string[] => (html.match(/<[^>]*>?/gu) ?? []).filter((tag) => !plain.test(tag));

describe('known ways to make markup act', () => {
  it.each(vectors)('%s', (vector) => expect(odd(safeHtml(vector))).toEqual([]));

  it('end here too when they are cut, nested and put together, once and again', () => {
    const cut = fc.tuple(fc.constantFrom(...vectors), fc.nat(60), fc.nat(60)).map(([vector, from, length]) => vector.slice(from, from + length));
    const piece = fc.oneof(fc.constantFrom(...vectors), cut, fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('<p>', '</p>', '<a href="https://a.example/', '"', "'", '>', '<', '&#', '</a>', '<!--', '-->'));
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const safe = safeHtml(pieces.join(''));
      expect(odd(safe)).toEqual([]);
      expect(odd(safeHtml(safe))).toEqual([]);
    }), { numRuns: 500 });
  });
});

describe('what the API says of a post and of a profile', () => {
  const acts = ['javascript:alert(1)', ' javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'blob:https://a.example/1', 'file:///etc/passwd', '//evil.example', 'x', ''];
  const row = { text: 'x', goneAt: null, known: true, editedAt: null, quotes: [], media: [], link: null, html: null, url: null };

  it.each(acts)('holds no address like %j', (url) => {
    const told = PostModel.fromRow({ ...row, url, link: { url, title: 'x' }, media: [{ url, kind: 'image' }] } as never);
    expect([told.url, told.link, told.media]).toEqual([null, null, []]);
    const profile = ProfileModel.fromRow({ url, avatar: url } as never);
    expect([profile.url, profile.avatar]).toEqual([null, null]);
  });

  it.each(vectors)('holds no markup like %s, though it was stored', (html) => expect(odd(PostModel.fromRow({ ...row, html } as never).html ?? '')).toEqual([]));
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
