import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { withBrokenClassifier } from '../../../../test/plugins/with-broken-classifier.js';
import { withClassifier } from '../../../../test/plugins/with-classifier.js';
import type { Heard } from '@earshot/plugin-sdk';
import type { NamedClassifier } from './classifiers.js';
import { Judge } from './judge.js';

const heard = (text: string): Heard => ({
  post: { ref: { network: 'fixture', id: text }, version: '1', url: 'https://fixture.example/1', postedAt: new Date(0), text, audience: 'public', mentions: [], tags: [], media: [], refusals: [] },
  places: [{ id: '01900000-0000-7000-8000-000000000001', names: ['Ashford'] }],
});
const named = async (plugin: { id: string; classifiers?: Record<string, () => Promise<NamedClassifier['classifier']>> }, name: string): Promise<NamedClassifier> =>
  ({ id: `${plugin.id}/${name}`, classifier: await (plugin.classifiers?.[name] as () => Promise<NamedClassifier['classifier']>)() });

let clock: FakeClock;
let judge: Judge;
let good: NamedClassifier;
beforeEach(async () => {
  clock = new FakeClock();
  judge = new Judge(clock);
  good = await named(withClassifier, 'wondering');
});

describe('Judge', () => {
  it('finds, with the classifier and its version, and marks what was seen', async () => {
    const { judged, failed } = await judge.judge([good], [heard('I wonder who in Ashford mends looms'), heard('The ferry runs')], { ms: 1_000 });
    expect(failed).toEqual([]);
    expect(judged[0]?.findings.map(({ label, place }) => [label, place])).toEqual([['need.implicit', undefined], ['about.place', '01900000-0000-7000-8000-000000000001']]);
    expect(judged[1]).toEqual({ findings: [], seenBy: ['with-classifier/wondering@1'] });
  });

  it.each(['throws', 'too-few', 'garbage', 'undeclared', 'beyond', 'elsewhere', 'nul'])('leaves out one that %s, and asks the others', async (name) => {
    const { judged, failed } = await judge.judge([await named(withBrokenClassifier, name), good], [heard('I wonder')], { ms: 1_000 });
    expect(failed.map(({ classifier }) => classifier)).toEqual([`with-broken-classifier/${name}`]);
    expect(judged[0]?.seenBy).toEqual(['with-classifier/wondering@1']);
    expect(judged[0]?.findings).toHaveLength(1);
  });

  it('stops one that hangs, at its deadline', async () => {
    const asked = judge.judge([await named(withBrokenClassifier, 'hangs'), good], [heard('I wonder')], { ms: 1_000 });
    clock.advance(1_000);
    expect((await asked).failed.map(({ classifier }) => classifier)).toEqual(['with-broken-classifier/hangs']);
  });

  it('stops all when it is stopped', async () => {
    const stop = new AbortController();
    const asked = judge.judge([await named(withBrokenClassifier, 'hangs')], [heard('I wonder')], { ms: 60_000, abort: stop.signal });
    stop.abort();
    expect((await asked).failed).toHaveLength(1);
  });

  it('gives up one that does not even settle when stopped, and leaves it alone for a while', async () => {
    const deaf = await named(withBrokenClassifier, 'deaf-and-quick');
    const asked = judge.judge([deaf, good], [heard('I wonder')], { ms: 1_000 });
    clock.advance(1_000);
    clock.advance(5_000);
    expect((await asked).failed[0]?.error).toMatchObject({ message: expect.stringContaining('did not settle within 5 s') });
    // No time passes: nobody waits for it now.
    expect((await judge.judge([deaf, good], [heard('I wonder')], { ms: 1_000 })).failed[0]?.error).toMatchObject({ message: expect.stringContaining('left alone') });
  });
});
