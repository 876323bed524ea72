import { definePlugin } from '@earshot/plugin-sdk';
import { cursorSchema } from './cursor.js';
import { secretsSchema, settingsSchema } from './settings.js';
import { feedsSource } from './source.js';

export default definePlugin({
  id: 'feeds',
  version: '0.1.0',
  sdk: '^0.1.0',
  networks: ['feeds'],
  account: { settings: settingsSchema, secrets: secretsSchema, identify: () => Promise.resolve(undefined) },
  cursor: cursorSchema,
  source: feedsSource,
});
