import type { DatabaseRole } from '@earshot/core/database';
import { Scene } from '../support/scene.js';
import { type TestDatabase, createTestDatabase } from '../support/test-database.js';
import { Intruder } from './intruder.js';
import { type WholeLibrary, wholeLibrary } from './whole-library.js';

/** A login in the name of somebody of Ashford. */
export interface Somebody {
  readonly who: string;
  readonly role: Extract<DatabaseRole, 'app' | 'worker'>;
  readonly intruder: Intruder;
}

/** Ashford, from which is attacked, and Millbrook beside it, which is; each has everything that a library has. */
export interface TwoLibraries {
  readonly test: TestDatabase;
  readonly scene: Scene;
  readonly ashford: WholeLibrary;
  readonly millbrook: WholeLibrary;
  readonly somebody: readonly Somebody[];
  close(): Promise<void>;
}

export const openTwoLibraries = async (): Promise<TwoLibraries> => {
  const test = await createTestDatabase();
  const scene = await Scene.open(test);
  const county = await scene.library({ name: 'county' });
  const ashford = await wholeLibrary(scene, await scene.library({ name: 'ashford', parent: county }), 'ashford');
  const millbrook = await wholeLibrary(scene, await scene.library({ name: 'millbrook', parent: county }), 'millbrook');
  const somebody: Somebody[] = [];
  for (const [who, role, actor] of [['an administrator', 'app', ashford.head], ['a librarian', 'app', ashford.colleague], ['a job', 'worker', ashford.library.system]] as const)
    somebody.push({ who, role, intruder: await Intruder.open(test.config(role), actor) });
  return {
    test, scene, ashford, millbrook, somebody,
    async close() {
      for (const { intruder } of somebody) await intruder.close();
      await scene.close();
    },
  };
};
