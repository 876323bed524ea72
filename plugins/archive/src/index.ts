import { definePlugin } from '@earshot/plugin-sdk';
import { archiveCursor } from './cursor.js';
import { network } from './map-actor.js';
import { secrets, settings } from './settings.js';
import { archiveSource } from './source.js';

/** Brings in ActivityStreams 2.0 archives: what a Mastodon account exports, and JSON lines of activities. */
export default definePlugin({
  id: 'archive',
  version: '0.1.0',
  sdk: '^0.1.0',
  networks: [network],
  account: { settings, secrets, identify: async () => undefined },
  cursor: archiveCursor,
  source: archiveSource,
});
