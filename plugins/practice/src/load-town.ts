import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { townProblems } from './town-problems.js';
import { conversation, person, type Town } from './town.schema.js';

/** Beside `src` and `dist` alike. */
const home = new URL('../town/', import.meta.url);

/** Thrown when the town's files are unsound: a fault of this package, never of the network. */
export class TownInvalidError extends Error {
  override readonly name = 'TownInvalidError';

  constructor(readonly problems: readonly string[]) {
    super(`The practice town is unsound:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

const parsed = <T>(file: string, text: string, shape: z.ZodType<T>, problems: string[]): T | undefined => {
  try {
    const { success, data, error } = shape.safeParse(JSON.parse(text));
    if (success) return data;
    problems.push(...error.issues.map((issue) => `${file}: ${issue.path.map(String).join('.')}: ${issue.message}`));
  } catch (error) {
    problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
};

/**
 * Reads the town from a folder with `people.json` and `conversations/*.json`.
 *
 * @throws TownInvalidError with all problems of all files.
 */
export const readTown = async (folder: URL): Promise<Town> => {
  const problems: string[] = [];
  const people = parsed('people.json', await readFile(new URL('people.json', folder), 'utf8'), z.array(person), problems) ?? [];
  const files = (await readdir(new URL('conversations/', folder))).filter((name) => name.endsWith('.json')).sort();
  const posts = [];
  for (const file of files) {
    const text = await readFile(new URL(`conversations/${file}`, folder), 'utf8');
    posts.push(...(parsed(file, text, z.array(conversation), problems) ?? []).flatMap((one) => one.posts));
  }
  problems.push(...townProblems(people, posts));
  if (problems.length > 0) throw new TownInvalidError(problems);
  return { people: new Map(people.map((one) => [one.id, one])), posts: new Map(posts.map((post) => [post.id, post])) };
};

let once: Promise<Town> | undefined;

/** The town that ships with this package, read at the first call and kept. */
export const ashford = (): Promise<Town> => (once ??= readTown(home));
