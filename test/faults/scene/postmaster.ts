import { readFile, readlink, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import type { Town } from './town.ts';

/** The first process of the PostgreSQL in this data folder. */
export const postmasterOf = async (data: string): Promise<number> => Number((await readFile(join(data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);

/** It and its children: they work in its folder. */
export const serversIn = async (data: string): Promise<readonly number[]> => {
  const folder = join(data, 'postgres');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const inside = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).then((cwd) => cwd === folder, () => false)));
  return pids.filter((_, n) => inside[n]).map(Number);
};

export const postgresAnswers = ({ installation }: Pick<Town, 'installation'>): Promise<true> =>
  eventually('PostgreSQL answering again', () => installation.query('select 1').then(() => true as const, () => undefined), 60_000);

/** Once another server runs there than this one. */
export const startedAgain = (data: string, before: number): Promise<true> =>
  eventually('PostgreSQL being started again', async () => ((await postmasterOf(data).catch(() => before)) === before ? undefined : true));

/** Whatever is left of it when a round is over. */
export const endServersIn = async (data: string): Promise<void> => {
  for (const pid of await serversIn(data))
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
};
