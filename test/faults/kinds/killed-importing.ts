import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import type { Kind } from '../frame/kind.ts';
import { scriptOf } from '../network/script.ts';
import { Installation } from '../scene/installation.ts';
import { foundLibrary } from '../scene/town.ts';

const site = 'https://archive.example';

/** The posts of a script as an archive: notes that answer notes, in the script's disorder. */
const archive = async (path: string, seed: number): Promise<ReadonlyMap<string, string | undefined>> => {
  const posts = new Map<string, string | undefined>();
  const lines: string[] = [];
  for (const event of scriptOf({ seed, channels: 1, posts: 900, disorder: 100 })[0] ?? []) {
    if (event.what !== 'said' || event.version > 1) continue;
    const { id, by, to, text } = event;
    posts.set(`${site}/${id}`, to === undefined ? undefined : `${site}/${to}`);
    lines.push(JSON.stringify({
      id: `${site}/${id}#create`, type: 'Create', actor: `${site}/users/${by}`, to: ['https://www.w3.org/ns/activitystreams#Public'],
      object: { id: `${site}/${id}`, type: 'Note', attributedTo: `${site}/users/${by}`, published: new Date(Date.UTC(2024, 0, 1, 0, Number(id.split('-')[1]))).toISOString(), content: `<p>${text}</p>`, to: ['https://www.w3.org/ns/activitystreams#Public'], ...(to === undefined ? {} : { inReplyTo: `${site}/${to}` }) },
    }));
  }
  await writeFile(path, lines.join('\n'));
  return posts;
};

interface Brought {
  readonly id: string;
  readonly parent: string | null;
  readonly thread: string;
  readonly conversations: number;
}

const brought = (installation: Installation): Promise<Brought[]> =>
  installation.query<Brought>(`select p.remote_id as id, q.remote_id as parent, p.thread_id as thread, (select count(*)::int from conversation c where c.thread_id = p.thread_id and c.merged_into is null) as conversations
    from post p left join post q on q.id = p.parent_id where p.known and p.remote_id like '${site}/%'`);

/** kill -9 of `earshot import`, once or twice; the same command again brings in the rest. */
export const killedImporting: Kind = {
  name: 'killed-importing',
  run: async (round) => {
    const { draw } = round;
    const cluster = await round.cluster();
    const name = await cluster.fresh();
    round.afterwards(() => cluster.drop(name));
    const installation = await Installation.open(round, cluster.target(name));
    await foundLibrary(installation, 'ashford');
    const path = join(round.folder, 'archive.jsonl');
    const posts = await archive(path, draw.int(0, 2 ** 31));
    const run = () => installation.run(['import', path, '--library', 'ashford']);
    const times = draw.int(1, 2);
    for (let time = 0, before = 0; time < times; time++) {
      const importing = run();
      const [most, ms] = [before + draw.int(1, Math.floor(posts.size / 2)), draw.int(0, 30)];
      const ended = importing.end();
      const there = eventually('more of the archive being stored', async () => ((await brought(installation)).length >= most || importing.child.exitCode !== null ? true : undefined), 60_000);
      await there;
      await sleep(ms);
      await importing.kill();
      await ended;
      before = (await brought(installation)).length;
      round.did(`kill -9 at ${before} of ${posts.size} posts`);
    }
    const last = run();
    const code = await last.end();
    if (code !== 0) round.wrong(`the last import ended with ${code}`);
    round.did('imported the rest');
    const stored = await brought(installation);
    round.saw(`${stored.length} posts in ${new Set(stored.map(({ thread }) => thread)).size} threads`);
    const rows = new Map(stored.map((row) => [row.id, row]));
    if (rows.size !== stored.length) round.wrong(`${stored.length - rows.size} posts are there twice`);
    for (const [id, to] of posts) {
      const row = rows.get(id);
      if (row === undefined) round.wrong(`${id} is in the archive, and is not there`);
      else if (row.parent !== (to ?? null)) round.wrong(`${id} answers ${to ?? 'nothing'}, and is stored as an answer to ${row.parent ?? 'nothing'}`);
      else if (row.conversations !== 1) round.wrong(`${id} has ${row.conversations} conversations`);
      else if (to !== undefined && rows.has(to) && rows.get(to)?.thread !== row.thread) round.wrong(`${id} and ${to} are in two threads`);
    }
  },
};
