import { definePlugin } from '@earshot/plugin-sdk';
import { cursorSchema } from './cursor.js';
import { mastodonLists } from './follow-lists.js';
import { NETWORK } from './map-account.js';
import { mastodonResponder } from './responder.js';
import { secretsSchema, settingsSchema } from './settings.js';
import { signIn } from './sign-in.js';
import { mastodonSource } from './source.js';
import { identify } from './us.js';

/** Listens and answers on servers that speak the Mastodon API. */
export default definePlugin({
  id: 'mastodon',
  version: '0.1.0',
  sdk: '^0.1.0',
  networks: [NETWORK],
  account: { settings: settingsSchema, secrets: secretsSchema, signIn, identify },
  cursor: cursorSchema,
  source: mastodonSource(),
  responder: mastodonResponder,
  followLists: mastodonLists,
});
