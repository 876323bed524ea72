import { type Profile, definePlugin } from '@earshot/plugin-sdk';
import { post } from './events.js';

const anna: Profile = { ref: { network: 'fixture', id: 'anna' }, handle: '@anna', refusals: [] };

/** Resolves and fetches, by what it is asked for. */
export const withLookUps = definePlugin({
  id: 'with-look-ups',
  version: '1',
  sdk: '^0.1.0',
  networks: ['fixture'],
  source: {
    plan: () => [],
    async *read() {},
    resolve: async (text) => {
      if (text === 'throw') throw new Error('oops');
      if (text === 'garbage') return [{ kind: 'planet' }] as never;
      if (text === 'hang') return new Promise(() => {});
      return text === 'nothing' ? [] : [{ kind: 'feed', key: text, label: text }];
    },
    async *fetch(want) {
      if ('profiles' in want) yield { events: [{ kind: 'profile', profile: anna }, { kind: 'profile-gone', ref: { network: 'fixture', id: 'bert' }, why: 'deleted' }, { kind: 'party' } as never] };
      if ('thread' in want) for (let n = 0; ; n++) yield { events: [post(`${n}`)] };
      if ('posts' in want) yield 'garbage' as never;
    },
  },
});
