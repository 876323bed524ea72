import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';

const source = readFileSync(new URL('./push-worker.mjs', import.meta.url), 'utf8');

/** The worker in a browser of paper: what it shows, opens and puts in front. */
let [shown, opened, focused, closed]: [unknown[], string[], string[], number] = [] as never;
let listeners: Map<string, (event: object) => void>;
let windows: readonly string[];

beforeEach(() => {
  [shown, opened, focused, closed] = [[], [], [], 0];
  listeners = new Map();
  windows = [];
  runInContext(source, createContext({
    URL, location: { origin: 'https://earshot.library.example' },
    registration: { showNotification: (...told: unknown[]) => void shown.push(told) },
    clients: {
      matchAll: () => Promise.resolve(windows.map((url) => ({ url, focus: () => Promise.resolve(focused.push(url)) }))),
      openWindow: (url: string) => Promise.resolve(opened.push(url)),
    },
    addEventListener: (kind: string, listener: (event: object) => void) => listeners.set(kind, listener),
  }));
});

const happens = async (kind: string, event: object): Promise<void> => {
  const waited: unknown[] = [];
  listeners.get(kind)?.({ ...event, waitUntil: (work: unknown) => waited.push(work) });
  expect(waited).toHaveLength(1);
  await Promise.all(waited);
};
const click = (path: string): Promise<void> => happens('notificationclick', { notification: { data: { path }, close: () => closed++ } });

describe('a push', () => {
  it('is shown, the same thing once, with where it leads', async () => {
    await happens('push', { data: { json: () => ({ title: 'Ada gave you a conversation', body: 'It is yours.', path: '/conversations/1', tag: 'n1' }) } });
    expect(shown).toEqual([['Ada gave you a conversation', { body: 'It is yours.', tag: 'n1', renotify: true, data: { path: '/conversations/1' } }]]);
  });
  it('without anything in it is shown all the same', async () => {
    await happens('push', { data: null });
    expect(shown).toEqual([['Earshot', { body: '', tag: 'earshot', renotify: true, data: { path: '/' } }]]);
  });
});

describe('a click', () => {
  it('opens the page here', async () => {
    windows = ['https://earshot.library.example/'];
    await click('/conversations/1');
    expect([opened, focused, closed]).toEqual([['https://earshot.library.example/conversations/1'], [], 1]);
  });
  it('puts the window in front that shows it already', async () => {
    windows = ['https://earshot.library.example/', 'https://earshot.library.example/conversations/1'];
    await click('/conversations/1');
    expect([opened, focused]).toEqual([[], ['https://earshot.library.example/conversations/1']]);
  });
  it.each(['https://evil.example/', '//evil.example/x', 'javascript:alert(1)', '\\\\evil.example'])('never leads to %s', async (path) => {
    await click(path);
    expect([opened, focused, closed]).toEqual([[], [], 1]);
  });
});
