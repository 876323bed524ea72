import { definePlugin } from '@earshot/plugin-sdk';
import { channelEach, post, silent } from './events.js';

/** Fails as software fails: in `read` itself, in its iterator, or after a batch, by the name of the feed. */
export const withThrowingSource = definePlugin({
  id: 'with-throwing-source',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    read(channel) {
      if (channel.key === 'at once') throw new TypeError('cannot read properties of somebody');
      if (channel.key === 'nothing') return undefined as never;
      return (async function* () {
        if (channel.key === 'after a batch') yield { events: [post('before the fall')] };
        throw channel.key === 'a string' ? 'oops' : new Error('@anna wrote: my password is hunter2');
      })();
    },
  },
});
