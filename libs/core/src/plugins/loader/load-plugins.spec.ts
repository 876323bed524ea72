import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { StartError } from '../../errors/index.js';
import { PluginFault } from '../plugin-fault.error.js';
import { type PluginSources, loadPlugins } from './load-plugins.js';

const source = { resolve: async () => [], plan: () => [], read: async function* () {}, fetch: async function* () {} };
const valid = { id: 'town', version: '1.0.0', sdk: '^0.1.0', networks: ['town'], source };
const bundled = (...definitions: unknown[]): PluginSources => ({ bundled: definitions.map((definition, n) => ({ name: `plugin ${n + 1}`, definition })), packages: [] });

const refusal = async (sources: PluginSources): Promise<StartError> => {
  const error: unknown = await loadPlugins(sources).then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof StartError)) throw new Error('was not refused');
  return error;
};

describe('loadPlugins', () => {
  it('keeps the definition itself, so that methods keep their this', async () => {
    const registry = await loadPlugins(bundled(valid));
    expect(registry.find('town')).toBe(valid);
    expect(registry.sources()).toEqual(['town']);
  });

  it('takes capabilities that are instances of classes', async () => {
    class Listening {
      seen = 0;
      async resolve() { return []; }
      plan() { return []; }
      async *read() {}
      async *fetch() {}
    }
    expect((await loadPlugins(bundled({ ...valid, source: new Listening() }))).sources()).toEqual(['town']);
  });

  it('takes one under whose network people bring in by hand, and nothing beside it of which somebody could be asked', async () => {
    const byHand = { id: 'desk', version: '1', sdk: '^0.1.0', networks: ['desk'], byHand: true };
    expect((await loadPlugins(bundled(byHand))).plugins).toHaveLength(1);
    expect((await refusal(bundled({ ...byHand, networks: [] }))).message).toContain('networks is empty');
    expect((await refusal(bundled({ ...byHand, source }))).message).toContain('byHand is said beside an account, source or responder');
  });

  it('lists every problem of every plugin in one error', async () => {
    const error = await refusal({
      ...bundled(
        { ...valid, id: 'Town', sdk: '^9.0.0' },
        { ...valid, sorce: source },
        valid,
        valid,
        { id: 'idle', version: '1', sdk: '^0.1.0', networks: [] },
        { ...valid, id: 'half', account: { settings: z.object({}), identify: async () => undefined }, source: { ...source, read: undefined } },
        undefined,
        Object.defineProperty({}, 'id', { get: () => { throw new Error('boo'); } }),
      ),
      packages: ['missing', 'empty'],
      off: ['nobody'],
      importPackage: async (name) => {
        if (name === 'missing') throw new Error("Cannot find package 'missing'");
        return {};
      },
    });
    expect(error.code).toBe('INVALID_PLUGINS');
    for (const problem of [
      'plugin 1: id is no id',
      'plugin 1: sdk does not take this plugin SDK',
      'plugin 2: Unrecognized key: "sorce"',
      'plugin 4: the id "town" belongs to another plugin already',
      'plugin 5: has no capability',
      'plugin 6: account.secrets is missing',
      'plugin 6: source.read is missing',
      'plugin 7: ',
      'plugin 8: throws when it is looked at',
      'missing: cannot be loaded',
      'empty: has no default export',
      'off: there is no plugin "nobody"',
    ]) expect(error.message).toContain(problem);
  });

  it('does without bundled plugins that are off', async () => {
    expect((await loadPlugins({ ...bundled(valid), off: ['town'] })).plugins).toEqual([]);
  });
});

describe('PluginRegistry', () => {
  const classifier = (effects: object = {}) => ({ version: '1', labels: [{ id: 'need.open', title: 'asks', effects }], languages: 'any', when: 'with-store', classify: async () => [] });
  const judging = (id: string, make: () => Promise<unknown>) => ({ id, version: '1', sdk: '^0.1.0', networks: [], classifiers: { needs: make } });

  it('makes a classifier once, and again only after a failure, and disposes of it at the end', async () => {
    let [made, disposed] = [0, 0];
    const registry = await loadPlugins(bundled(judging('cues', async () => {
      if (++made === 1) throw new Error('no memory');
      return { ...classifier(), dispose: async () => void disposed++ };
    })));
    const [registered] = registry.classifiers();
    await expect(registered?.load()).rejects.toThrow(PluginFault);
    const [one, other] = await Promise.all([registered?.load(), registered?.load()]);
    expect(one).toBe(other);
    expect(made).toBe(2);
    await registry.onApplicationShutdown();
    expect(disposed).toBe(1);
  });

  it('refuses effects that it does not know, and two classifiers that disagree on a label', async () => {
    const registry = await loadPlugins(bundled(
      judging('odd', async () => classifier({ shout: true })),
      judging('mild', async () => classifier({ attention: 0.2 })),
      judging('loud', async () => classifier({ attention: 5 })),
    ));
    const [odd, mild, loud] = registry.classifiers();
    await expect(odd?.load()).rejects.toThrow('made no classifier');
    await mild?.load();
    await expect(loud?.load()).rejects.toThrow('other effects for the label need.open than mild/needs');
  });
});
