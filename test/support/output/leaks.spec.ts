import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LeakSearch } from './leaks.js';
import { refuseLeaks } from './refuse-leaks.js';

const secret = 'pass word+"with/signs"';
const never = (text: string) => ({ name: 'a password', value: Buffer.from(text), told: 'never' as const });
const leaksOf = (text: string, ...secrets: readonly string[]) => new LeakSearch(secrets.map(never)).in(Buffer.from(text));

describe('LeakSearch', () => {
  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ a: secret })],
    ['in an address', `https://a.example/?key=${encodeURIComponent(secret)}`],
    ['in a form', new URLSearchParams({ password: secret }).toString()],
    ['in hex', Buffer.from(secret).toString('hex')],
    ['in capital hex', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 after one sign', Buffer.from(`x${secret}y`).toString('base64')],
    ['in base64 after two, for addresses', Buffer.from(`xy${secret}z`).toString('base64url')],
  ])('finds a secret %s', (_how, text) => {
    expect(leaksOf(`before ${text} after`, 'another secret altogether', secret)).toEqual([expect.objectContaining({ name: 'a password' })]);
    expect(leaksOf(text, secret)).toHaveLength(1);
  });

  it('finds any secret anywhere in anything, and none where there is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 12, maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }), (hidden, before, after) => {
        const value = Buffer.from(hidden);
        fc.pre(value.length >= 12);
        const search = new LeakSearch([{ name: 'x', value, told: 'never' }]);
        expect(search.in(Buffer.concat([Buffer.from(before), value, Buffer.from(after)])).length).toBeGreaterThan(0);
        expect(new LeakSearch([{ name: 'x', value: randomBytes(24), told: 'never' }]).in(Buffer.from(before + after))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('lets what is told once come out once', () => {
    const search = new LeakSearch([{ name: 'a link', value: Buffer.from(secret), told: 'once' }]);
    expect(search.in(Buffer.from(secret))).toEqual([]);
    expect(search.in(Buffer.from(secret))).toHaveLength(1);
  });

  it('tells nothing of a secret but its name', () => {
    expect(leaksOf(`before ${secret}`, secret)).toEqual([{ name: 'a password', as: 'plain', at: 7 }]);
  });
});

describe('the end of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'earshot-output-'));
    writeFileSync(join(folder, '1.in'), `${JSON.stringify({ name: 'a password', told: 'never', text: secret })}\n${JSON.stringify({ name: 'the installation key', told: 'never', bytes: Buffer.alloc(32, 0xab).toString('base64') })}\n`);
    writeFileSync(join(folder, '1.out'), '\u0001GET /health\nwell\u0001a log\nnothing of interest');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('passes where no secret came out', () => {
    expect(() => refuseLeaks(folder, 'whole')).not.toThrow();
  });

  it('fails where one did, in another process and by another way, and says where, and which', () => {
    writeFileSync(join(folder, '2.out'), `\u0001POST /sign-in\nfine\u0001what earshot start printed\nthe key is ${Buffer.alloc(32, 0xab).toString('hex')}`);
    for (const run of ['whole', 'part'] as const) expect(() => refuseLeaks(folder, run)).toThrow(new Error('Secrets came out of the tests, in:\nwhat earshot start printed: the installation key, as hex'));
  });

  it('fails where a whole run collected nothing, or no secret: it would pass whatever came out', () => {
    writeFileSync(join(folder, '1.out'), '');
    expect(() => refuseLeaks(folder, 'whole')).toThrow('nothing');
    expect(() => refuseLeaks(folder, 'part')).not.toThrow();
    writeFileSync(join(folder, '1.out'), '\u0001GET /health\nwell');
    writeFileSync(join(folder, '1.in'), '');
    expect(() => refuseLeaks(folder, 'whole')).toThrow('no secret');
  });
});
