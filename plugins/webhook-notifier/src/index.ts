import { definePlugin } from '@earshot/plugin-sdk';
import { webhookNotifier } from './notifier.js';
import { secretsSchema, settingsSchema } from './settings.js';

export default definePlugin({
  id: 'webhook-notifier',
  version: '0.1.0',
  sdk: '^0.1.0',
  networks: [],
  account: { settings: settingsSchema, secrets: secretsSchema, identify: () => Promise.resolve(undefined) },
  notifier: webhookNotifier,
});
