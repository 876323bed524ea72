import archive from '@earshot/plugin-archive';
import bluesky from '@earshot/plugin-bluesky';
import brought from '@earshot/plugin-brought';
import cues from '@earshot/plugin-cues';
import feeds from '@earshot/plugin-feeds';
import mastodon from '@earshot/plugin-mastodon';
import practice from '@earshot/plugin-practice';
import webhookNotifier from '@earshot/plugin-webhook-notifier';

/** What ships with Earshot, on by default: earshot.config.json turns each off. Core names none of them. */
export const bundledPlugins = [
  { name: '@earshot/plugin-archive', definition: archive },
  { name: '@earshot/plugin-bluesky', definition: bluesky },
  { name: '@earshot/plugin-brought', definition: brought },
  { name: '@earshot/plugin-cues', definition: cues },
  { name: '@earshot/plugin-feeds', definition: feeds },
  { name: '@earshot/plugin-mastodon', definition: mastodon },
  { name: '@earshot/plugin-practice', definition: practice },
  { name: '@earshot/plugin-webhook-notifier', definition: webhookNotifier },
];
