import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from 'commander';
import { networkListCommands } from './network-lists.js';
import { followListsAtHand } from '../../../server/src/follow-lists.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { type WholeApp, startWholeApp } from '../../../../test/support/whole-app.js';
import { clearNetwork, network, withWritableLists } from '../../../../test/plugins/with-writable-lists.js';

let scene: Scene;
let town: SceneLibrary;
let app: WholeApp;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  town = await scene.library();
  app = await startWholeApp(test, [withWritableLists]);
  await scene.account(town, { plugin: 'with-writable-lists', settings: '{}', name: 'Our town' });
});
afterAll(async () => {
  process.exitCode = undefined;
  await app.close();
  await scene.close();
});
beforeEach(() => {
  clearNetwork();
  process.exitCode = 0;
});

/** What `earshot lists …` says, on both of its outputs. */
const run = async (...words: readonly string[]): Promise<string> => {
  let said = '';
  const hear = (text: unknown): boolean => ((said += String(text)), true);
  const spies = [jest.spyOn(process.stdout, 'write').mockImplementation(hear), jest.spyOn(process.stderr, 'write').mockImplementation(hear)];
  try {
    const lists = new Command('lists').exitOverride();
    networkListCommands(lists, (_library, work) => work(followListsAtHand(app.app, app.database, { libraryId: town.id, actorId: town.system } as never)));
    await lists.parseAsync([...words], { from: 'user' });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return said;
};

describe('earshot lists, of lists on networks', () => {
  it('shows them, keeps a list in step with one, and applies what changed, declines it, and takes it back', async () => {
    expect(await run('networks', '--account', 'Our town')).toBe('ours  Ours  seen by everybody  can be written\n');
    const bound = await run('bind', 'Clubs', '--account', 'Our town', '--network-list', 'ours', '--reason', 'clubs', '--category', 'organisation');
    expect(bound).toContain('There was no list "Clubs": it was made.\n"Clubs" is kept in step with "Ours", every 6 hours.\nOurs: 1 came, 0 went.\n  + @harbour  will be added\n');
    expect(await run('apply', 'Clubs')).toBe('1 follow added, 0 ended.\n');
    network.lists.get('ours')?.on.clear();
    expect(await run('look', 'Clubs')).toContain('Ours: 0 came, 1 went. Nobody is on it any more. Nothing is done before somebody looked.\n  - @harbour\n');
    expect(await run('decline', 'Clubs')).toBe('Left as it is.\n');
    network.lists.get('ours')?.on.add('choir');
    await run('look', 'Clubs');
    await run('apply', 'Clubs');
    expect(await run('undo', 'Clubs')).toBe('Ours: taken back, who came and who went.\n');
    expect(await run('look', 'Clubs')).toBe('Ours: nothing waits.\n');
    network.lists.delete('ours');
    expect(await run('look', 'Clubs')).toContain('There is no such list. It is not looked at any more until `earshot lists look`.');
    expect(process.exitCode).toBe(1);
    expect(await run('unbind', 'Clubs')).toBe('Kept in step with "Ours" no more.\n');
  });
  it('shows a list on a network once somebody has seen what that means, and takes it off again', async () => {
    const list = await scene.list(town, { name: 'Town' });
    const [account] = await scene.query<{ id: string }>('select id from account');
    await scene.follow(town, list, account?.id as string, { network: 'fixture', key: 'council', category: 'organisation' });
    await scene.follow(town, list, account?.id as string, { network: 'fixture', key: 'ann', category: 'person' });
    const words = ['publish', 'Town', '--account', 'Our town'];
    expect(await run(...words)).toBe('"Town": 1 would be on it. Anybody can see it.\n  1 left out: It is a person.\nNothing was written: repeat it with --yes.\n');
    expect(network.lists.size).toBe(1);
    expect(await run(...words, '--yes')).toContain('"Town": 1 on it\n');
    expect(await run(...words, '--yes')).toContain('shown there already');
    expect(await run('unpublish', 'Town')).toBe('"Town": taken off.\n');
    expect([network.lists.size, await run('unpublish', 'Town')]).toEqual([1, 'The list "Town" is shown nowhere.\n']);
  });
  it('says what is missing', async () => {
    await expect(run('bind', 'Clubs', '--account', 'Our town', '--network-list', 'nobodys', '--reason', 'x', '--category', 'media')).rejects.toThrow('The account sees no list "nobodys".');
    await scene.list(town, { name: 'Alone' });
    await expect(run('look', 'Alone')).rejects.toThrow('is kept in step with no list');
  });
});
