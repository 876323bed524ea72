import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { type RunningEarshot, runEarshot } from '../e2e/running-earshot.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { openBrowser } from './watched-page.js';

/** The service worker in a real browser: what is pushed is shown. By which push service it comes is the browser's own, so it is delivered by hand. */
let earshot: RunningEarshot;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [earshot, browser] = await Promise.all([runEarshot({ EARSHOT_ROLES: 'api', EARSHOT_PORT: String(await freePort()) }), openBrowser()]);
  context = await browser.newContext({ baseURL: earshot.server.url, permissions: ['notifications'] });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await earshot.stop();
});

interface Shown { readonly title: string; readonly body: string; readonly tag: string; readonly data: unknown }

it('shows what is pushed, the same thing once', async () => {
  const page = await context.newPage();
  // In place of the dashboard, which registers it: the policies of the pages here let no script in.
  await page.route('**/here', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Here</title>' }));
  await page.goto('/here');
  const devtools = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => first && resolve(first.registrationId)));
  await devtools.send('ServiceWorker.enable');
  await page.evaluate(`navigator.serviceWorker.register('/push-worker.js').then(() => navigator.serviceWorker.ready).then(() => undefined)`);
  const registrationId = await registered;
  const shown = (): Promise<Shown[]> => page.evaluate<Shown[]>(
    `navigator.serviceWorker.ready.then((worker) => worker.getNotifications()).then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))`);
  const deliver = async (title: string): Promise<void> => {
    await devtools.send('ServiceWorker.deliverPushMessage', { origin: earshot.server.url, registrationId, data: JSON.stringify({ title, body: 'It is yours to answer.', path: '/conversations/1', tag: 'n1' }) });
    const seen = await eventually(`a notification that says "${title}"`, async () => (await shown()).find((notification) => notification.title === title) && shown(), 50_000);
    expect(seen).toEqual([{ title, body: 'It is yours to answer.', tag: 'n1', data: { path: '/conversations/1' } }]);
  };
  await deliver('Ada gave you a conversation');
  await deliver('Hal gave you a conversation');
});
