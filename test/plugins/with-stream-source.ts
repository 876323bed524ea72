import { type Target, definePlugin } from '@earshot/plugin-sdk';
import { channelEach, post, silent } from './events.js';

/** One stream for all follows, that learns of new ones while it is open, and says what it was told. */
export const withStreamSource = definePlugin({
  id: 'with-stream-source',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    ...silent,
    plan: (targets) => (targets.length === 0 ? [] : [{ ...channelEach([targets[0] as Target])[0], key: 'stream', mode: 'stream', pulseMs: 1_000, targets: [...targets], retarget: 'live' } as const]),
    async *read(channel, ctx) {
      const changes = channel.changes[Symbol.asyncIterator]();
      const aborted = new Promise<'aborted'>((resolve) => ctx.abort.addEventListener('abort', () => resolve('aborted')));
      let targets: readonly Target[] = channel.targets;
      for (;;) {
        yield { events: [post(`told of ${targets.map((target) => target.key).sort().join(' and ')}`)], heardUntil: ctx.now() };
        const next = await Promise.race([changes.next(), aborted]);
        if (next === 'aborted' || next.done === true) return;
        targets = next.value;
      }
    },
  },
});
