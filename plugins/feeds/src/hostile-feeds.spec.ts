import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { isRemoteError, readSourceEvent } from '@earshot/plugin-sdk';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { ReaderThread } from './reading/reader-thread.js';
import { fakeCtx, fixture, postsIn, read, serves } from './testing/fake-ctx.js';
import { standingClock } from './testing/standing-clock.js';

standingClock();

const A = 'https://a.example/feed';
const readBody = (body: BodyInit, headers?: Record<string, string>) => read(A, fakeCtx({ [A]: serves(body, headers) }));
const rss = (inside: string): string => `<rss version="2.0"><channel><title>T</title>${inside}</channel></rss>`;
const entry = (inside: string): string => rss(`<item><guid>tag:a,1</guid>${inside}</item>`);

describe('documents that are no feeds end in a dead letter with their hash', () => {
  const lol = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('');
  it.each([
    ['nothing', ''],
    ['binary garbage', Uint8Array.from({ length: 50_000 }, (_, at) => (at * 7_919) % 256)],
    ['a web page', '<!doctype html><html><head><title>Sorry</title></head></html>'],
    ['plain words', 'Service unavailable'],
    ['other JSON', '{"error":"not found"}'],
    ['broken JSON', '{"version":"https://jsonfeed.org/version/1","items":['],
    ['deep JSON', '['.repeat(500_000)],
    ['other XML', '<?xml version="1.0"?><opml version="2.0"><body/></opml>'],
    ['a cut feed', '<rss version="2.0"><channel><title>T</title><item><description>and so'],
    ['deep nesting', `<rss version="2.0"><channel>${'<a>'.repeat(300_000)}`],
  ])('%s', async (_what, body) => {
    const { facts, ...error } = await readBody(body).then(() => ({ kind: 'read', facts: {} }), (failure) => failure);
    expect(error.kind).toBe('invalid-data');
    expect(facts).toMatchObject({ digest: expect.stringMatching(/^bytes\(\d+\) sha256:[0-9a-f]{64}$/) });
  });

  it('expands no entities, whether it reads the rest or refuses it', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">${lol}<!ENTITY file SYSTEM "file:///etc/passwd">]>${entry('<title>&l9;&file;</title>')}`;
    const outcome = await readBody(bomb).then(({ events }) => JSON.stringify(events), (error: unknown) => {
      expect(isRemoteError(error)).toBe(true);
      return '';
    });
    expect(outcome.length).toBeLessThan(2_000);
    expect(outcome).not.toContain('root:');
  });
});

describe('what an entry may hold', () => {
  it('makes a dead letter of an entry that says nothing, and reads the others', async () => {
    const { events } = await readBody(rss('<item><category>x</category></item><item><guid>tag:a,2</guid><title>two</title></item>'));
    expect(events.map(({ kind }) => kind)).toEqual(['profile', 'post', 'unreadable']);
  });

  it('stores no null bytes, control characters or lone surrogates, in whatever form they come', async () => {
    const json = '{"version":"https://jsonfeed.org/version/1","title":"T\\u0000","items":[{"id":"a\\ud800","content_text":"b\\u0000c\\ud800d\\u0007"}]}';
    const { events } = await readBody(json);
    expect(postsIn(events)).toMatchObject([{ text: 'bc\uFFFDd' }]);
    const xml = await readBody(entry('<title>x&#0;y&#xD800;z</title>'));
    expect(xml.events.map(readSourceEvent)).toEqual(xml.events);
    expect(xml.events.map(({ kind }) => kind)).toEqual(['profile', 'post']);
  });

  it('names an entry anew whose id has more bytes than the contract lets through', async () => {
    const { events } = await readBody(rss(`<item><guid>tag:a,${'é'.repeat(1_500)}</guid><title>x</title></item>`));
    expect(events.map(readSourceEvent)).toEqual(events);
    expect(postsIn(events)).toMatchObject([{ ref: { id: expect.stringMatching(/^https:\/\/a\.example\/feed#entry-/) } }]);
  });

  it('lets nothing through that acts', async () => {
    const hostile = [
      '<p style="background:url(javascript:alert(1))" class="x" id="y">d</p>', '<img src=x onerror=alert(1)>', '<a href="javascript:alert(1)">a</a>', '<a href=" java\tscript:alert(1)">b</a>', '<a href="data:text/html,x">c</a>', '<svg><script>alert(1)</script></svg>',
      '<iframe src="https://evil.example"></iframe>', '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>', '<form action="/x"><input name="q"></form>', '<<script>script>alert(1)<</script>/script>',
    ].join('');
    const { events } = await readBody(entry(`<description><![CDATA[${hostile}]]></description>`));
    const html = postsIn(events)[0]?.html ?? '';
    expect(html).not.toMatch(/<(script|img|iframe|svg|math|form|input|style)\b|\son\w+\s*=|\sstyle=|\sclass=|href="(?!https?:|mailto:)/i);
    expect(html).toContain('<p>d</p>');
  });

  it.each([
    ['no date', 'yesterday'],
    ['a name with a number', 'Issue 5'],
    ['an impossible day', 'Mon, 99 Foo 2026 99:99:99 GMT'],
    ['a year before the web', '0001-01-01T00:00:00Z'],
  ])('dates an entry by its feed where its own date is %s', async (_what, date) => {
    const { events } = await readBody(rss(`<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><item><title>x</title><pubDate>${date}</pubDate></item>`));
    expect(postsIn(events)[0]?.postedAt).toEqual(new Date('2026-03-01T10:00:00Z'));
  });

  it('reads fifty thousand entries in batches', async () => {
    const { events, batches } = await readBody(rss(Array.from({ length: 50_000 }, (_, at) => `<item><guid>tag:a,${at}</guid><title>n${at}</title></item>`).join('')));
    expect(postsIn(events)).toHaveLength(50_000);
    expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThanOrEqual(251);
  }, 60_000);
});

describe('encodings', () => {
  const umlauts = (declared: string): string => `<?xml version="1.0" encoding="${declared}"?>${entry('<title>Käse für Søren, 5 €</title>')}`;
  it.each([
    ['UTF-8 with a mark, called latin1', iconv.encode(umlauts('iso-8859-1'), 'utf8', { addBOM: true }), 'text/xml'],
    ['UTF-8 that HTTP calls latin1', iconv.encode(umlauts('utf-8'), 'utf8'), 'text/xml; charset=ISO-8859-1'],
    ['Windows-1252 as declared', iconv.encode(umlauts('windows-1252'), 'windows-1252'), 'text/xml'],
    ['Windows-1252 called UTF-8', iconv.encode(umlauts('utf-8'), 'windows-1252'), 'text/xml; charset=utf-8'],
    ['ISO-8859-15 told by HTTP', iconv.encode(umlauts('utf-8'), 'iso-8859-15'), 'text/xml; charset=iso-8859-15'],
    ['UTF-16 with a mark', iconv.encode(umlauts('utf-16'), 'utf-16le', { addBOM: true }), 'text/xml'],
    ['UTF-16 without one', iconv.encode(umlauts('utf-16'), 'utf-16be', { addBOM: false }), 'text/xml'],
    ['UTF-8 called by a name that nobody knows', iconv.encode(umlauts('klingon'), 'utf8'), 'text/xml; charset=x-none'],
  ])('reads %s', async (_what, bytes, type) => {
    const { events } = await readBody(Uint8Array.from(bytes), { 'content-type': type });
    expect(postsIn(events)[0]?.text).toBe('Käse für Søren, 5 €');
  });

  it('reads Shift_JIS, and good UTF-8 with one broken byte', async () => {
    const japanese = await readBody(Uint8Array.from(iconv.encode(`<?xml version="1.0" encoding="Shift_JIS"?>${entry('<title>図書館</title>')}`, 'shift_jis')));
    expect(postsIn(japanese.events)[0]?.text).toBe('図書館');
    const cracked = Buffer.concat([Buffer.from('<rss version="2.0"><channel><title>T</title><item><title>Käse für \xE4\xF6', 'utf8'), Buffer.from([0xff]), Buffer.from('</title></item></channel></rss>')]);
    expect(postsIn((await readBody(Uint8Array.from(cracked))).events)[0]?.text).toBe('Käse für äö\uFFFD');
  });
});

describe('the reader', () => {
  const thread = new ReaderThread({ deadlineMs: 400, heapMb: 48 });
  afterAll(() => thread.close());
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('ends at its deadline, and the next document is read by a new thread', async () => {
    const small = (): Uint8Array => bytesOf(rss('<item><title>x</title></item>'));
    // From here on the thread has loaded its parsers, which the deadline does not count.
    await thread.read(small(), A);
    const slow = thread.clean([{ content: { kind: 'html', value: '<b>'.repeat(130_000) } }, ...Array.from({ length: 40 }, () => ({ content: { kind: 'html' as const, value: '<i><p>x'.repeat(50_000) } }))]);
    const behind = thread.read(small(), A);
    jest.advanceTimersByTime(399);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(slow).rejects.toMatchObject({ name: 'ReaderFault', message: expect.stringContaining('longer than 0.4 s') });
    // The new thread loads them again, for as long as that takes here.
    jest.advanceTimersByTime(30_000);
    expect(await behind).toMatchObject({ found: 'feed' });
  });

  it('ends at its limit of memory, and goes on', async () => {
    const patient = new ReaderThread({ deadlineMs: 30_000, heapMb: 24 });
    try {
      const fat = rss(`<item><title>x</title>${'<a/>'.repeat(50)}</item>`.repeat(60_000));
      await expect(patient.read(bytesOf(fat), A)).rejects.toMatchObject({ name: 'ReaderFault', message: 'reading took too much memory' });
      expect(await patient.read(bytesOf(rss('<item><title>x</title></item>')), A)).toMatchObject({ found: 'feed' });
    } finally {
      await patient.close();
    }
  }, 40_000);
});

describe('whatever comes', () => {
  const outcomeOf = async (body: BodyInit): Promise<void> => {
    try {
      const { events } = await readBody(body);
      expect(events.map(readSourceEvent)).toEqual(events);
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      expect(error).toMatchObject({ kind: 'invalid-data', facts: { digest: expect.any(String) } });
    }
  };

  it('gives valid events or a RemoteError for any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), (bytes) => outcomeOf(Uint8Array.from(bytes))), { numRuns: 100 });
  });

  it('gives valid events or a RemoteError for anything that looks like a feed', async () => {
    const names = ['item', 'entry', 'title', 'link', 'guid', 'id', 'description', 'content', 'pubDate', 'updated', 'author', 'name', 'category', 'enclosure', 'dc:creator', 'content:encoded', 'media:content', 'thr:in-reply-to', 'wfw:commentRss', 'slash:comments'];
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('&#0;', '&#xD800;', ']]>', '<![CDATA[', '<!--', '&lt;p onclick=x&gt;', 'https://a.example/x', 'javascript:1', '2026-01-01', '-1', '1e99', '\u0000'));
    const attribute = fc.tuple(fc.constantFrom('href', 'url', 'type', 'rel', 'ref', 'isPermaLink', 'medium', 'term'), text).map(([name, value]) => ` ${name}="${value.replaceAll('"', '')}"`);
    const { node } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.tuple(fc.constantFrom(...names), fc.array(attribute, { maxLength: 2 }), fc.array(tie('node'), { maxLength: 4 })).map(([name, attributes, inside]) => `<${name}${attributes.join('')}>${inside.join('')}</${name}>`),
      ),
    }));
    const document = fc.tuple(fc.constantFrom(['<rss version="2.0"><channel><title>T</title>', '</channel></rss>'], ['<feed xmlns="http://www.w3.org/2005/Atom">', '</feed>'], ['<rdf:RDF xmlns="http://purl.org/rss/1.0/">', '</rdf:RDF>']), fc.array(node, { maxLength: 6 }));
    await fc.assert(fc.asyncProperty(document, ([[open, close], nodes]) => outcomeOf(`${open}${nodes.join('')}${close}`)), { numRuns: 300 });
  }, 60_000);

  it('gives valid events or a RemoteError for any JSON in the shape of a feed', async () => {
    const item = fc.dictionary(fc.constantFrom('id', 'url', 'title', 'content_html', 'content_text', 'date_published', 'tags', 'authors', 'attachments', 'language', 'image'), fc.jsonValue({ maxDepth: 2 }));
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(item, fc.jsonValue()), { maxLength: 5 }), (items) => outcomeOf(JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title: 'T', items }))), { numRuns: 200 });
  }, 60_000);

  it('keeps every fixture readable by the contract', async () => {
    for (const path of ['bellweather-news.example/feed.rss.xml', 'home-brew.example/feed.atom.xml', 'old-mill.example/index.rdf.xml', 'parish.example/feed.091.xml', 'radio.example/podcast.xml', 'allotments.example/feed.json']) {
      const { events } = await readBody(await fixture(path));
      expect(events.map(readSourceEvent)).toEqual(events);
    }
  });
});
