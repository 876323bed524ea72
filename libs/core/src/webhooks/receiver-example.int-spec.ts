import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HookedLibraries } from '../../../../test/support/hooked-library.js';
import { newWebhookSecret, webhookHeaders } from './sign-webhook.js';

/** The program of docs/webhooks.md, as it stands there. */
const program = /```js\n([^]*?)```/u.exec(readFileSync(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8'))?.[1] ?? '';

let here: HookedLibraries;
let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  here = await HookedLibraries.open();
  folder = mkdtempSync(join(tmpdir(), 'earshot-receiver-'));
  writeFileSync(join(folder, 'receiver.mjs'), program);
}, 60_000);
afterAll(async () => {
  for (const child of running) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
  await here?.close();
});

/** What it prints, line by line. */
const start = (secret: string): AsyncIterator<string> => {
  const child = spawn(process.execPath, [join(folder, 'receiver.mjs')], { env: { WEBHOOK_SECRET: secret, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
};
const next = async (lines: AsyncIterator<string>): Promise<string> => String((await lines.next()).value);
const portOf = async (lines: AsyncIterator<string>): Promise<number> => Number(/listens at (\d+)/u.exec(await next(lines))?.[1]);

describe('the receiver in docs/webhooks.md', () => {
  it('knows what Earshot sends, and prints it once', async () => {
    const hook = await here.hook();
    const lines = start(hook.secret);
    const url = `http://127.0.0.1:${await portOf(lines)}/`;
    await here.scene.query('update webhook set url = $2 where id = $1', [hook.id, url]);
    const first = await here.happens();
    await here.tell();
    expect(await next(lines)).toBe(`follow-list.changed ${first}`);
    const [{ id } = { id: '' }] = await here.log(hook);
    await here.app.ask(here.head, 'mutation($id: ID!) { replayDelivery(id: $id) { __typename } }', { id });
    await here.tell();
    const second = await here.happens();
    await here.tell();
    expect((await here.log(hook)).map(({ state, status }) => [state, status])).toEqual([['delivered', 204], ['delivered', 204]]);
    expect(await next(lines)).toBe(`follow-list.changed ${second}`);
  });

  it('refuses what is not signed, is by another secret, was changed on its way, or is old', async () => {
    const secret = newWebhookSecret();
    const url = `http://127.0.0.1:${await portOf(start(secret))}/`;
    const told = { id: 'one', at: new Date(), body: '{"type":"webhook.test","data":{}}' };
    const send = async (headers: Readonly<Record<string, string>>, body = told.body): Promise<number> => (await fetch(url, { method: 'POST', headers, body })).status;
    expect(await send({})).toBe(401);
    expect(await send(webhookHeaders([newWebhookSecret()], told))).toBe(401);
    expect(await send(webhookHeaders([secret], told), told.body.replace('test', 'best'))).toBe(401);
    expect(await send(webhookHeaders([secret], { ...told, at: new Date(Date.now() - 600_000) }))).toBe(401);
    expect(await send(webhookHeaders([newWebhookSecret(), secret], told))).toBe(204);
  });
});
