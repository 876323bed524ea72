import { describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ashford, readTown, TownInvalidError } from './load-town.js';
import { scriptOf } from './script.js';
import { libraryId } from './town.schema.js';

describe('the town that ships', () => {
  it('is sound: every reference leads somewhere and nothing comes before its cause', async () => {
    const town = await ashford();
    expect(town.people.get(libraryId)?.handle).toBe('@ashfordlibrary');
    expect(town.posts.size).toBeGreaterThan(0);
  });

  it('is heard in order, each post once and before its edits and its deletion', async () => {
    const script = scriptOf(await ashford());
    const seen = new Map<string, number>();
    script.forEach((one, i) => {
      expect(one.due).toBeGreaterThanOrEqual(script[i - 1]?.due ?? 0);
      if (one.what === 'said') {
        expect(one.version).toBe((seen.get(one.post.id) ?? -1) + 1);
        seen.set(one.post.id, one.version);
      }
      if (one.what === 'taken-back') expect(seen.get(one.post.id)).toBe(one.post.edits.length);
    });
  });

  it('falls silent where a person blocks the library or leaves', async () => {
    const script = scriptOf(await ashford());
    const left = script.filter((one) => one.what === 'left');
    expect(new Set(left.map(({ why }) => why))).toEqual(new Set(['deleted', 'blocked-us']));
    for (const { person, due } of left) {
      expect(script.filter((one) => 'post' in one && one.post.by === person.id && one.due >= due)).toEqual([]);
    }
  });
});

describe('an unsound town', () => {
  const readWith = async (people: unknown, posts: unknown): Promise<unknown> => {
    const folder = await mkdtemp(join(tmpdir(), 'town-'));
    try {
      await mkdir(join(folder, 'conversations'));
      await writeFile(join(folder, 'people.json'), JSON.stringify(people));
      await writeFile(join(folder, 'conversations', 'one.json'), typeof posts === 'string' ? posts : JSON.stringify([{ id: 'one', posts }]));
      return await readTown(pathToFileURL(`${folder}/`)).catch((error: unknown) => error);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const library = { id: libraryId, handle: '@library', name: 'Library', kind: 'organisation', followed: false };
  const ann = { id: 'ann', handle: '@ann', name: 'Ann', kind: 'person', followed: false, goneAfter: 'P1D' };

  const problemsOf = (error: unknown): readonly string[] => {
    expect(error).toBeInstanceOf(TownInvalidError);
    return error instanceof TownInvalidError ? error.problems : [];
  };

  it('is refused with all its problems at once', async () => {
    const problems = problemsOf(
      await readWith([ann, { ...ann, name: 'Ann again' }], [
        { id: 'one.1', by: 'ann', at: 'PT2H', text: 'a', edits: [{ at: 'PT1H', text: 'b' }] },
        { id: 'one.2', by: 'nobody', to: 'one.1', at: 'PT1H', text: 'c', quotes: ['one.9'] },
        { id: 'one.3', by: 'ann', at: 'P2D', arrives: 'P1D', text: 'd' },
      ]),
    );
    expect(problems).toEqual([
      `the library, "${libraryId}", is missing`,
      'person "ann" is there twice',
      'handle "@ann" is there twice',
      'one.1: its edits and its deletion are not in order of time',
      'one.2: there is nobody called "nobody"',
      'one.2: there is no post "one.9"',
      'one.2: is not said after one.1, which it answers',
      'one.3: arrives before it is said',
      'one.3: ann had already left',
    ]);
  });

  it('names the file and the field of what has the wrong shape', async () => {
    const [problem] = problemsOf(await readWith([library], [{ id: 'one.1', by: libraryId, at: 'tomorrow', text: 'a' }]));
    expect(problem).toBe('one.json: 0.posts.0.at: "tomorrow" is no ISO 8601 duration');
    expect(problemsOf(await readWith([library], '[')).length).toBe(1);
  });
});
