import fs, { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '@earshot/core/config';
import type { Client } from 'pg';
import { MailBox } from '../../../../test/support/mail-box.js';

/** Rights that even root lacks are played. */
const denied = new Set<string>();
jest.unstable_mockModule('node:fs/promises', () => ({ ...fs, access: (path: string, mode: number) => (denied.has(path) ? Promise.reject(new Error('EACCES')) : fs.access(path, mode)) }));
const { checkHeartbeat, checkMail, checkReadiness, checkSuppressed } = await import('./living-checks.js');

const configOf = (settings: Readonly<Record<string, string>> = {}) => readConfig(settings, { read: () => undefined });

describe('readiness', () => {
  let server: Server;
  let [status, body] = [200, ''];
  beforeEach(async () => {
    server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());
  const readiness = (code: number, told: unknown) => {
    [status, body] = [code, typeof told === 'string' ? told : JSON.stringify(told)];
    return checkReadiness(configOf({ EARSHOT_PORT: String((server.address() as AddressInfo).port) }));
  };

  it('is what the process says of itself', async () => {
    expect(await readiness(200, { status: 'ready' })).toEqual({ check: 'readiness', status: 'ok', words: expect.stringMatching(/^The Earshot at 127\.0\.0\.1:\d+ is ready\.$/) });
    expect(await readiness(200, { status: 'ready', remarks: ['A newer Earshot has migrated the database.'] })).toEqual({ check: 'readiness', status: 'warn', words: 'A newer Earshot has migrated the database.', cure: 'Start it anew.' });
    expect(await readiness(503, { status: 'not-ready', reasons: ['The database refuses connections.', 'The loop of jobs has not turned for 200 s.'] })).toEqual({
      check: 'readiness', status: 'fail', words: expect.stringMatching(/is not ready: The database refuses connections\. The loop of jobs has not turned for 200 s\.$/), cure: expect.stringContaining('start it anew'),
    });
  });

  it.each([['a page', '<h1>Welcome</h1>'], ['something else', { status: 'up' }]])('is not known of %s', async (_, told) => {
    expect(await readiness(200, told)).toEqual({ check: 'readiness', status: 'warn', words: expect.stringMatching(/^What answers at 127\.0\.0\.1:\d+ does not say how it does\.$/), cure: expect.stringContaining('EARSHOT_PORT') });
  });
});

describe('the heartbeat', () => {
  it('is told without its address', () => {
    expect(checkHeartbeat(configOf())).toEqual({ check: 'heartbeat', status: 'ok', words: expect.stringContaining('EARSHOT_HEARTBEAT_URL is not set') });
    expect(checkHeartbeat(configOf({ EARSHOT_HEARTBEAT_URL: 'https://monitor.example/hunter2' }))).toEqual({ check: 'heartbeat', status: 'ok', words: 'A monitor is called every minute while all is well.' });
  });
});

describe('the file of who was erased', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'earshot-doctor-'));
  });
  afterEach(async () => {
    denied.clear();
    await rm(folder, { recursive: true });
  });
  const suppressed = (erased: number) => checkSuppressed({ query: () => Promise.resolve({ rows: [{ erased }] }) } as unknown as Client, configOf({ EARSHOT_DATA: folder }));

  it('is there, or is not needed', async () => {
    expect(await suppressed(0)).toEqual({ check: 'suppressed', status: 'ok', words: 'Nobody was erased yet.' });
    await writeFile(join(folder, 'suppressed'), '');
    expect(await suppressed(2)).toEqual({ check: 'suppressed', status: 'ok', words: `${folder}/suppressed can be read and written.` });
  });

  it('is gone though somebody was erased, or closed to us', async () => {
    expect(await suppressed(1)).toMatchObject({ check: 'suppressed', status: 'warn', words: `${folder}/suppressed is not there, and the database knows of who was erased.`, cure: expect.stringContaining('Is EARSHOT_DATA the folder that it was?') });
    await writeFile(join(folder, 'suppressed'), '');
    denied.add(join(folder, 'suppressed'));
    expect(await suppressed(1)).toMatchObject({ check: 'suppressed', status: 'fail', words: `This user may not read and write ${folder}/suppressed.`, cure: expect.stringContaining('comes back with an old backup') });
  });
});

describe('mail', () => {
  const mail = (url: string) => checkMail(configOf({ EARSHOT_SMTP_URL: url, EARSHOT_MAIL_FROM: 'earshot@library.example', EARSHOT_PUBLIC_URL: 'https://earshot.library.example' }));

  it('is sent to nobody without a mail server', async () => {
    expect(await checkMail(configOf())).toEqual({ check: 'mail', status: 'ok', words: 'Nobody is told by mail: EARSHOT_SMTP_URL is not set.' });
  });
  it('is asked of the server, to which nothing is sent', async () => {
    const box = await MailBox.open();
    expect(await mail(box.url)).toEqual({ check: 'mail', status: 'ok', words: 'The mail server 127.0.0.1 takes us.' });
    expect(box.received).toEqual([]);
    await box.down();
    expect(await mail(box.url)).toMatchObject({ check: 'mail', status: 'warn', words: expect.stringMatching(/^The mail server 127\.0\.0\.1 does not take us: .*ECONNREFUSED/), cure: expect.stringContaining('EARSHOT_SMTP_URL') });
  });
  it('tells no password', async () => {
    const box = await MailBox.open();
    const told = await mail(box.url.replace('//', '//ears:hunter2@'));
    expect([told.status, JSON.stringify(told).includes('hunter2')]).toEqual(['warn', false]);
    await box.down();
  });
});
