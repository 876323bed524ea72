import { definePlugin } from '@earshot/plugin-sdk';
import { identify } from './account.js';
import { cursorSchema } from './cursor.js';
import { blueskyLists } from './follow-lists.js';
import { network } from './refs.js';
import { blueskyResponder } from './responder.js';
import { secretsSchema, settingsSchema } from './settings.js';
import { blueskySource } from './source.js';

export default definePlugin({
  id: 'bluesky',
  version: '0.1.0',
  sdk: '^0.1.0',
  networks: [network],
  account: { settings: settingsSchema, secrets: secretsSchema, identify },
  cursor: cursorSchema,
  source: blueskySource,
  responder: blueskyResponder,
  followLists: blueskyLists,
});
