/** `npm run schema`: writes schema.graphql, by which clients know the server. */
import { writeFileSync } from 'node:fs';
import { printSchemaFile } from '@earshot/core/graphql';
import { appSchema } from './app-schema.js';

const text = printSchemaFile(await appSchema());
writeFileSync(new URL('../schema.graphql', import.meta.url), text);
console.log(`${text.split('\n').length} lines`);
