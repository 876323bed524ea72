import { describeSourceContract, fakeCtx } from '@earshot/plugin-testing';
import { fileURLToPath } from 'node:url';
import archive from './index.js';

const folder = fileURLToPath(new URL('../fixtures/alder.example', import.meta.url));
const file = (name: string) => ({ kind: 'feed', key: `${folder}/${name}`, label: name }) as const;
const hashtag = { kind: 'hashtag', key: 'pots', label: '#pots' } as const;

describeSourceContract('archive', {
  plugin: archive,
  ctx: () => fakeCtx({ settings: { path: folder }, secrets: {} }),
  offline: true,
  targets: [file('activities.jsonl'), file('outbox.json'), hashtag],
  unplannable: [hashtag],
  wants: [{ target: file('outbox.json'), since: new Date(0), until: new Date('2030-01-01') }],
  resolvable: ['outbox.json', `${folder}/activities.jsonl`],
});
