import { definePlugin } from '@earshot/plugin-sdk';
import { channelEach, silent } from './events.js';

/** Plans what cannot be, by the name of the feed. */
export const withThrowingPlan = definePlugin({
  id: 'with-throwing-plan',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    ...silent,
    plan: (targets) => {
      const keys = targets.map((target) => target.key);
      if (keys.includes('throw')) throw new Error('no plan');
      if (keys.includes('twice')) return [...channelEach(targets), ...channelEach(targets)];
      if (keys.includes('garbage')) return [{ key: 7 }] as never;
      if (keys.includes('flood')) return Array.from({ length: 5_000 }, (_, n) => ({ ...channelEach(targets)[0], key: `${n}`, targets: [] })) as never;
      return channelEach(targets.filter((target) => target.key !== 'left out'));
    },
    async *read() {
      yield { events: [], heardUntil: new Date() };
    },
  },
});
