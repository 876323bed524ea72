import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../shared/practice-data/', import.meta.url));
const town = fileURLToPath(new URL('../../plugins/practice/town/conversations/', import.meta.url));

const filesIn = (folder: string, ending: string): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`) : []);

/**
 * What people say, for making up searches and posts: the notes of ActivityStreams files (JSON lines) in the folder that BENCH_TEXTS names,
 * else in ../shared/practice-data beside the clone, else what the practice town says. Answers with where they are from as well.
 */
export const benchTexts = (): { readonly texts: readonly string[]; readonly from: string } => {
  const files = filesIn(process.env['BENCH_TEXTS'] ?? beside, '.jsonl');
  const texts = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').flatMap(textOfActivity));
  if (texts.length > 0) return { texts, from: 'practice data' };
  return { texts: filesIn(town, '.json').flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as { posts: { text: string }[] }[]).flatMap(({ posts }) => posts.map(({ text }) => text))), from: "the practice town's texts" };
};

const textOfActivity = (line: string): string[] => {
  if (line === '') return [];
  const { object } = JSON.parse(line) as { object?: { content?: string; tag?: { name: string }[] } };
  const tags = (object?.tag ?? []).map(({ name }) => ` ${name}`).join('');
  return object?.content === undefined ? [] : [`${object.content.replace(/<[^>]*>/gu, ' ').replace(/\s+/gu, ' ').trim()}${tags}`];
};
