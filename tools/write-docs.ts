/** `npm run docs`: renews the tables in docs/ that are made from code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { generatedTables, withTable } from './generated-tables.js';

for (const [name, { file, make }] of Object.entries(generatedTables)) {
  const path = new URL(`../docs/${file}`, import.meta.url);
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), name, make()));
}
