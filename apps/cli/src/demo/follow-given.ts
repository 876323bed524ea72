import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { newId } from '@earshot/core/database';
import { StartError } from '@earshot/core/errors';
import type { RunningServer } from '@earshot/server';
import type { Client } from 'pg';
import { demoConsortium } from './found-demo.js';

interface Given { readonly plugin: 'feeds' | 'archive'; readonly key: string; readonly label: string; readonly settings: object; readonly reason: string }

/** What was given at the command line, each followed as a thing of its own with its reason. */
export const followGiven = async (server: RunningServer, owner: Client, sources: readonly string[]): Promise<void> => {
  if (sources.length === 0) return;
  const given = sources.map(readSource);
  const consortium = await demoConsortium(owner);
  for (const source of given) await followOne(owner, consortium, source);
  await server.replan();
};

const readSource = (source: string): Given => {
  if (/^https?:\/\//i.test(source)) return { plugin: 'feeds', key: source, label: source, settings: {}, reason: 'given to the demonstration' };
  const path = resolve(source);
  if (!existsSync(path)) throw new StartError('BAD_SETTINGS', `${source} is neither an address that begins with http nor a file.`, 'Give addresses of feeds, or paths of ActivityStreams archives.');
  return { plugin: 'archive', key: path, label: basename(path), settings: { path }, reason: 'brought in from a file for the demonstration' };
};

const followOne = async (owner: Client, consortium: string, given: Given): Promise<void> => {
  const { rowCount } = await owner.query('select 1 from follow f join account a on a.id = f.account_id where a.library_id = $1 and a.plugin = $2 and f.key = $3 and f.removed_at is null', [consortium, given.plugin, given.key]);
  if (rowCount !== 0) return;
  const [account, list] = [newId(), newId()];
  await owner.query('insert into account(id, library_id, plugin, name, settings) values ($1, $2, $3, $4, $5)', [account, consortium, given.plugin, given.label.slice(0, 200), given.settings]);
  await owner.query('insert into follow_list(id, library_id, name) values ($1, $2, $3)', [list, consortium, `Given: ${given.label}`.slice(0, 200)]);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, keep_days) values ($1, $2, $3, $4, 'feed', $5, $6, $7, $8, 'other', 30)`,
    [newId(), consortium, list, account, given.plugin === 'feeds' ? 'feeds' : 'activitypub', given.key, given.label, given.reason],
  );
};
