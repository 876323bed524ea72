import { describe, expect, it } from '@jest/globals';
import { outgoing, redirected } from './outgoing.js';

const from = (url: string, init: RequestInit = {}) => outgoing(url, init);
const rejected = expect.objectContaining({ name: 'RemoteError', kind: 'rejected' });

describe('outgoing', () => {
  it.each(['file:///etc/passwd', 'ftp://example.org/', 'http://user:secret@example.org/', 'https://library.example@10.0.0.5/', 'gopher://x/', 'data:text/plain,x', 'nonsense', 'ws://example.org/'])('asks for nothing at %s', (url) => {
    expect(() => from(url)).toThrow(rejected);
  });

  it('reads a Request as well as an address', () => {
    const request = new Request('https://example.org/a', { method: 'POST', headers: { 'x-one': '1' }, body: 'text' });
    const read = outgoing(request, { headers: { 'x-two': '2' } });
    expect([read.url.href, read.method, read.headers.get('x-one'), read.headers.get('x-two')]).toEqual(['https://example.org/a', 'POST', null, '2']);
  });
});

describe('redirected', () => {
  const secret = { headers: { authorization: 'Bearer s', cookie: 'c', 'proxy-authorization': 'p', 'x-other': 'o' } };

  it('goes on for the five redirects only, and only with a Location', () => {
    for (const status of [301, 302, 303, 307, 308]) expect(redirected(from('https://a.example/x/y'), status, '../z')?.url.href).toBe('https://a.example/z');
    for (const status of [200, 300, 304, 305, 306, 400]) expect(redirected(from('https://a.example/'), status, '/z')).toBeUndefined();
    expect(redirected(from('https://a.example/'), 302, null)).toBeUndefined();
    expect(redirected(from('https://a.example/', { redirect: 'manual' }), 302, '/z')).toBeUndefined();
    expect(() => redirected(from('https://a.example/', { redirect: 'error' }), 302, '/z')).toThrow(rejected);
  });

  it.each(['http://a.example/', 'https://a.example:8443/', 'https://b.example/', '//b.example/'])('takes no credentials from https://a.example/ to %s', (target) => {
    const headers = redirected(from('https://a.example/', secret), 302, target)?.headers;
    expect([...(headers ?? [])]).toEqual([['x-other', 'o']]);
  });

  it('keeps credentials within their origin', () => {
    expect(redirected(from('https://a.example/', secret), 302, '/z')?.headers.get('authorization')).toBe('Bearer s');
  });

  it.each(['file:///etc/passwd', 'http://user:pass@a.example/', 'http://[bad'])('does not follow to %s', (target) => {
    expect(() => redirected(from('https://a.example/'), 302, target)).toThrow(rejected);
  });

  it('turns a POST into a GET where browsers do, and keeps it where they must', () => {
    const post = { method: 'POST', body: 'text', headers: { 'content-type': 'text/plain' } };
    for (const status of [301, 302, 303]) expect(redirected(from('https://a.example/', post), status, '/z')).toMatchObject({ method: 'GET', body: undefined });
    expect(redirected(from('https://a.example/', post), 303, '/z')?.headers.has('content-type')).toBe(false);
    for (const status of [307, 308]) expect(redirected(from('https://a.example/', post), status, '/z')).toMatchObject({ method: 'POST', body: 'text' });
    expect(() => redirected(from('https://a.example/', post), 307, 'http://a.example/z')).toThrow(rejected);
    expect(() => redirected(from('https://a.example/', { ...post, body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit), 307, '/z')).toThrow(rejected);
  });
});
