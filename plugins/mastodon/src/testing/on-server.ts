import { fakeClock, fakeCtx, type FakeCtx } from '@earshot/plugin-testing';
import type { MastodonSecrets, Settings } from '../settings.js';
import { HOST } from './documents.js';
import { type FakeServer, NOW, TOKEN } from './fake-server.js';

export const settings: Settings = { server: `https://${HOST}`, signInByCode: false, followThere: false };

/** A context on a server; `fetch` in place of the server's own where a test breaks it. */
export const onServer = (server: FakeServer, options: { readonly settings?: Partial<Settings>; readonly secrets?: Partial<MastodonSecrets>; readonly fetch?: FakeServer['fetch'] | undefined; readonly connect?: (url: string, protocols?: readonly string[]) => Promise<WebSocket> } = {}): FakeCtx<Settings, MastodonSecrets> =>
  fakeCtx<Settings, MastodonSecrets>({ settings: { ...settings, server: server.origin, ...options.settings }, secrets: { accessToken: TOKEN, ...options.secrets }, clock: fakeClock(NOW), fetch: options.fetch ?? server.fetch, ...(options.connect === undefined ? {} : { connect: options.connect }) });
