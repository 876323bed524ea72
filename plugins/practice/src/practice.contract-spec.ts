import { describeResponderContract, describeSourceContract, fakeCtx, type ResponderWorld } from '@earshot/plugin-testing';
import practice from './index.js';
import { readJournal } from './journal.js';
import { postRef } from './map-town.js';
import { practiceResponder } from './responder.js';
import { settings, type PracticeCtx, type PracticeSettings } from './settings.js';

const start = new Date('2026-03-01T12:00:00Z');
const inTown = (given: Partial<PracticeSettings> = {}) => fakeCtx({ settings: settings.parse(given), secrets: {} });

describeSourceContract('practice', {
  plugin: practice,
  ctx: () => inTown({ passed: 'P9D' }),
  offline: true,
  order: 'arrival',
  streamEvents: 300,
  targets: [
    { kind: 'timeline', key: 'town', label: 'Town' },
    { kind: 'profile', key: 'gus-hanlon', label: 'Gus' },
    { kind: 'hashtag', key: 'millstbridge', label: '#MillStBridge' },
    { kind: 'feed', key: 'https://ashford.example/feed', label: 'A feed' },
  ],
  unplannable: [{ kind: 'feed', key: 'https://ashford.example/feed', label: 'A feed' }],
  wants: [
    { thread: postRef('bridge-closes.1') },
    { posts: [postRef('bridge-closes.1'), postRef('never-said')] },
    { profiles: [postRef('gus-hanlon'), postRef('toby-lang')] },
    { counts: [postRef('bridge-closes.1')] },
    { target: { kind: 'hashtag', key: 'millstbridge', label: '#MillStBridge' }, since: new Date(0), until: start },
  ],
  resolvable: ['town', 'mentions', '@gushanlon', '#MillStBridge', 'Héctor'],
});

const world = (given: Partial<PracticeSettings> = {}) => (): ResponderWorld<PracticeCtx> => {
  const ctx = inTown({ passed: 'P1D', ...given });
  return {
    ctx,
    published: async () => {
      const journal = await readJournal(ctx);
      const gone = new Set(journal.flatMap((deed) => (deed.did === 'take-back' ? [deed.id] : [])));
      const newest = (id: string, text: string): string => journal.flatMap((deed) => (deed.did === 'edit' && deed.id === id ? [deed.text] : [])).at(-1) ?? text;
      return journal.flatMap((deed) => (deed.did === 'say' && !gone.has(deed.id) ? [newest(deed.id, deed.text)] : []));
    },
    stop: () => ctx.stop(),
  };
};

describeResponderContract('practice', {
  responder: practiceResponder(),
  networks: practice.networks,
  world: world(),
  attempt: { key: '0197-abc', part: 0, text: 'The new stop is by the feed store.', to: postRef('bridge-closes.5'), lang: 'en', media: [], firstTriedAt: start, lastTriedAt: start },
  failing: [
    { name: 'a town that rejects', world: world({ fault: 'rejects' }) },
    { name: 'a town that limits', world: world({ fault: 'rate-limited' }) },
    { name: 'a town where nobody has said that yet', world: world({ passed: 'PT1H' }) },
  ],
  forgetful: [{ name: 'a town whose answer is lost', world: world({ fault: 'error-after-posting' }) }],
  silent: world({ fault: 'never-answers' }),
});
