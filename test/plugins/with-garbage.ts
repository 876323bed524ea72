import { definePlugin } from '@earshot/plugin-sdk';
import { channelEach, post, silent } from './events.js';

const hostile = new Proxy({}, { get: () => { throw new Error('do not look'); }, ownKeys: () => { throw new Error('do not look'); } });

/** Events that are none between two that are, or something that is no batch at all. */
export const withGarbage = definePlugin({
  id: 'with-garbage',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    ...silent,
    plan: (targets) => channelEach(targets),
    async *read(channel) {
      if (channel.key === 'no batch') yield 'good morning' as never;
      const circular: Record<string, unknown> = { kind: 'post' };
      circular['post'] = circular;
      yield { events: [post('first'), null, 7, 'text', {}, { kind: 'party' }, { ...post('x'), post: { text: 5 } }, circular, hostile, post('nul', { text: 'a\0b' }), post('last')] as never };
    },
  },
});
