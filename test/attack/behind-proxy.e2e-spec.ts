import { describe, expect, it } from '@jest/globals';
import { runEarshot } from '../e2e/running-earshot.js';

const password = 'correct horse battery';
const email = 'ada@library.example';

describe('the address of whoever signs in', () => {
  it.each([
    ['is that of the connection where no proxy is trusted', {}, 429],
    ['is what a trusted proxy says', { EARSHOT_TRUSTED_PROXIES: '127.0.0.1' }, 200],
  ])('%s', async (_what, settings, elsewhere) => {
    const { server, owner, stop } = await runEarshot(settings);
    try {
      const post = async (path: string, body: object, address: string): Promise<number> =>
        (await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': address }, body: JSON.stringify(body) })).status;
      const key = new URL(server.setupUrl ?? '').searchParams.get('key');
      expect(await post('/setup', { key, library: 'Ashford', kind: 'library', name: 'Ada', email, password }, '192.0.2.1')).toBe(200);
      for (let n = 0; n < 5; n++) expect(await post('/sign-in', { email, password: 'wrong' }, '192.0.2.1')).toBe(401);
      // However slow this machine is: they were tried just now.
      await owner.query(`update sign_in_attempt set at = now() + interval '10 seconds'`);
      expect(await post('/sign-in', { email, password }, '192.0.2.1')).toBe(429);
      expect(await post('/sign-in', { email, password }, '198.51.100.1')).toBe(elsewhere);
    } finally {
      await stop();
    }
  }, 60_000);
});
