import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryResultRow } from 'pg';
import { endPostgresIn } from '../support/end-postgres.js';
import { askDatabase } from './ask-database.js';
import { EarshotProcess } from './earshot-process.js';
import { eventually } from '../support/eventually.js';

/** An archive is brought in whole and once, whatever is killed in the middle of it. */
const notes = 3_000;
let folder: string;
let data: string;
let earshot: EarshotProcess;
const processes = new Set<EarshotProcess>();

const run = (words: readonly string[]): EarshotProcess => {
  const started = new EarshotProcess(words, { EARSHOT_DATA: data }, folder);
  processes.add(started);
  return started;
};

const note = (archive: string, n: number): string => {
  const id = `https://archive.example/${archive}/${n}`;
  return JSON.stringify({
    id: `${id}#create`, type: 'Create', actor: 'https://archive.example/users/ann', to: ['https://www.w3.org/ns/activitystreams#Public'],
    object: { id, type: 'Note', attributedTo: 'https://archive.example/users/ann', published: new Date(Date.UTC(2024, 0, 1, 0, n)).toISOString(), content: `<p>Note ${n} of those who are counted.</p>`, to: ['https://www.w3.org/ns/activitystreams#Public'] },
  });
};

const archive = async (name: string): Promise<string> => {
  const path = join(folder, `${name}.jsonl`);
  await writeFile(path, Array.from({ length: notes }, (_, n) => note(name, n)).join('\n'));
  return path;
};

interface Brought { readonly posts: number; readonly different: number; readonly conversations: number; readonly counted: number }

/** One statement, so that all are of the same moment. */
const brought = async (name: string): Promise<Brought> => {
  const row = await askDatabase<Brought & QueryResultRow>(data, 
    `select count(*)::int as posts, count(distinct remote_id)::int as different,
            (select count(*)::int from conversation c join post p on p.thread_id = c.thread_id where p.remote_id like $1) as conversations,
            (select coalesce(sum(n.times), 0)::int from channel_count n join channel h on h.id = n.channel_id where h.key like $2) as counted
     from post where remote_id like $1 and known`, [`https://archive.example/${name}/%`, `%/${name}.jsonl`]);
  if (row === undefined) throw new Error('the database does not run');
  return row;
};

const beyond = (name: string, posts: number): Promise<number> =>
  eventually('more of the archive being stored', async () => {
    const now = await brought(name).catch(() => undefined);
    return now !== undefined && now.posts > posts ? now.posts : undefined;
  }, 60_000);

const postmaster = async (): Promise<number> => Number((await readFile(join(data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);

const whole: Brought = { posts: notes, different: notes, conversations: notes, counted: notes };


beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'earshot-import-')));
  data = join(folder, 'data');
  earshot = run(['demo']);
  await earshot.until(/Ctrl-C ends it/);
}, 120_000);
afterEach(async () => {
  for (const each of processes) if (each !== earshot) await each.kill();
});
afterAll(async () => {
  for (const each of processes) await each.kill();
  await endPostgresIn(join(data, 'postgres'));
  await rm(folder, { recursive: true, maxRetries: 10 });
});

describe('an import beside an Earshot that listens', () => {
  it('that is killed in the middle goes on, at once, where the last committed batch ended: nothing lost, nothing twice', async () => {
    const path = await archive('killed');
    const first = run(['import', path, '--library', 'ashford']);
    const before = await beyond('killed', 250);
    await first.kill();
    expect(before).toBeLessThan(notes);
    const second = run(['import', path, '--library', 'ashford']);
    expect({ code: await second.end(), said: second.said }).toMatchObject({ code: 0, said: expect.stringMatching(/Done: \d+ posts kept, 0 dropped\./) });
    expect(await brought('killed')).toEqual(whole);
  }, 180_000);

  it('loses nothing where PostgreSQL is killed time and again; after the sixth time Earshot ends and says why, and the next start has it all', async () => {
    const path = await archive('shaken');
    const goesOn = run(['import', path, '--library', 'ashford']);
    let posts = 0;
    for (let round = 1; round <= 6; round++) {
      posts = await beyond('shaken', posts);
      const killed = await postmaster();
      process.kill(killed, 'SIGKILL');
      if (round < 6) await eventually('PostgreSQL running again', async () => ((await postmaster().catch(() => killed)) !== killed && (await brought('shaken').catch(() => undefined)) !== undefined) || undefined, 60_000);
    }
    expect(await earshot.end()).toBe(1);
    expect(earshot.said).toMatch(/Earshot cannot go on \(POSTGRES_FAILED\): The built-in database ended 6 times within ten minutes\.\n {2}What to do: Its log is/);
    expect({ code: await goesOn.end(), said: goesOn.said }).toMatchObject({ code: 1, said: expect.stringMatching(/The database has not answered for half a minute\.\n {2}What to do: Start it/) });
    earshot = run(['demo']);
    await earshot.until(/Ctrl-C ends it/);
    const importing = run(['import', path, '--library', 'ashford']);
    expect({ code: await importing.end(), said: importing.said }).toMatchObject({ code: 0, said: expect.stringMatching(/Done: \d+ posts kept, 0 dropped\./) });
    expect(await brought('shaken')).toEqual(whole);
  }, 300_000);
});
