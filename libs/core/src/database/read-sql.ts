import { readFileSync } from 'node:fs';

/** Reads a committed SQL file that stands beside the module that uses it: `readSql(import.meta.url, './claim.sql')`. */
export const readSql = (besides: string, file: string): string => readFileSync(new URL(file, besides), 'utf8');
