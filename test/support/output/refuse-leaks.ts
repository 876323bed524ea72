import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Secret, LeakSearch, shortest } from './leaks.js';
import { separator } from './record.js';

const read = (folder: string, kind: 'in' | 'out'): readonly Buffer[] => readdirSync(folder).filter((name) => name.endsWith(`.${kind}`)).sort().map((name) => readFileSync(join(folder, name)));

const secretsIn = (folder: string): readonly Secret[] => {
  const lines = new Set(read(folder, 'in').flatMap((file) => file.toString().split('\n')).filter((line) => line !== ''));
  const secrets = [...lines].map((line) => {
    const { name, told, text, bytes } = JSON.parse(line) as { readonly name: string; readonly told: Secret['told']; readonly text?: string; readonly bytes?: string };
    return { name, told, value: text === undefined ? Buffer.from(bytes ?? '', 'base64') : Buffer.from(text) };
  });
  return secrets.filter(({ value }) => value.length >= shortest);
};

/**
 * Searches all that came out of a run for every secret that went in, however it is written.
 * @param run whether every test ran: then there must have been something to search, and something to search for.
 * @throws where a secret came out
 */
export const refuseLeaks = (folder: string, run: 'whole' | 'part'): { readonly secrets: number; readonly bytes: number } => {
  const [secrets, outputs] = [secretsIn(folder), read(folder, 'out')];
  const bytes = outputs.reduce((sum, { length }) => sum + length, 0);
  if (run === 'whole' && bytes === 0) throw new Error('The run collected nothing of what came out: the search for secrets would pass whatever that was.');
  if (run === 'whole' && secrets.length === 0) throw new Error('The run told of no secret that went in: the search for them would pass whatever came out.');
  const search = new LeakSearch(secrets);
  const leaks = outputs.flatMap((output) => search.in(output).map(({ name, as, at }) => {
    const begin = output.lastIndexOf(separator, at) + 1;
    return `${output.subarray(begin, output.indexOf('\n', begin)).toString()}: ${name}, as ${as}`;
  }));
  if (leaks.length > 0) throw new Error(`Secrets came out of the tests, in:\n${[...new Set(leaks)].slice(0, 50).join('\n')}`);
  return { secrets: secrets.length, bytes };
};
