import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { StartError } from '@earshot/core/errors';
import { followSource } from '@earshot/server';
import type { Client } from 'pg';
import { demoConsortium } from './found-demo.js';

const keepDays = 30;

interface Given { readonly plugin: 'feeds' | 'archive'; readonly key: string; readonly label: string; readonly settings: object; readonly reason: string }

/** What was given at the command line, each followed as a thing of its own with its reason. */
export const followGiven = async (owner: Client, sources: readonly string[]): Promise<void> => {
  if (sources.length === 0) return;
  const given = sources.map(readSource);
  const consortium = await demoConsortium(owner);
  for (const source of given) await followSource(owner, { ...source, libraryId: consortium, accountName: source.label, listName: `Given: ${source.label}`, keepDays });
};

const readSource = (source: string): Given => {
  if (/^https?:\/\//i.test(source)) return { plugin: 'feeds', key: source, label: source, settings: {}, reason: 'given to the demonstration' };
  const path = resolve(source);
  if (!existsSync(path)) throw new StartError('BAD_SETTINGS', `${source} is neither an address that begins with http nor a file.`, 'Give addresses of feeds, or paths of ActivityStreams archives.');
  return { plugin: 'archive', key: path, label: basename(path), settings: { path }, reason: 'brought in from a file for the demonstration' };
};
