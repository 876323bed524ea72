import { newId } from '@earshot/core/database';
import type { Post, SourceEvent } from '@earshot/plugin-sdk';
import type { Client } from 'pg';

const words = 'river bridge library market rye heron council yarn wheel garden school pump cellar winter choir paper ferry mill quay orchard kettle lantern story bicycle potato letter window neighbour street Sunday workshop permit drain repair history photo station clinic cinema festival'.split(' ');

export interface BenchScene {
  readonly library: string;
  readonly account: string;
  readonly followed: readonly string[];
}

/** One library with one account that follows `count` profiles. */
export const buildScene = async (owner: Client, count: number): Promise<BenchScene> => {
  const [library, account, list, system] = [newId(), newId(), newId(), newId()];
  await owner.query(`insert into library(id, root_id, kind, name, handle) values ($1, $1, 'library', 'Bench', $2)`, [library, `bench-${library}`]);
  await owner.query(`insert into actor(id, kind) values ($1, 'system')`, [system]);
  await owner.query(`insert into system_actor(actor_id, library_id) values ($1, $2)`, [system, library]);
  await owner.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'librarian')`, [system, library]);
  await owner.query(`insert into account(id, library_id, plugin, name) values ($1, $2, 'bench', 'Bench')`, [account, library]);
  await owner.query(`insert into follow_list(id, library_id, name) values ($1, $2, 'All')`, [list, library]);
  const followed = Array.from({ length: count }, (_, n) => `followed-${n}`);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category)
     select gen_random_uuid(), $1, $2, $3, 'profile', 'bench', key, key, 'bench', 'other' from unnest($4::text[]) key`, [library, list, account, followed]);
  return { library, account, followed };
};

export const sentence = (random: () => number, length: number): string => Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');

/** Posts of about 600 bytes of JSON. A third of the kept ones answer an earlier one; some wonder, some ask. */
export const posts = (random: () => number, count: number, author: (n: number) => string, name: string): SourceEvent[] =>
  Array.from({ length: count }, (_, n): SourceEvent => {
    const id = `${name}-${n}`;
    const by = author(n);
    const opening = n % 20 === 0 ? 'I wonder how hard it would be to find a ' : n % 33 === 0 ? 'Can anyone recommend a ' : '';
    const parent = n > 0 && n % 3 === 0 ? `${name}-${Math.floor(random() * n)}` : undefined;
    const post: Post = {
      ref: { network: 'bench', id }, version: '1', url: `https://bench.example/${id}`, postedAt: new Date(Date.now() - 60_000), author: { network: 'bench', id: by },
      text: opening + sentence(random, 30), lang: 'en', audience: 'public', mentions: [], tags: n % 10 === 0 ? ['town'] : [], media: [], refusals: [],
      ...(parent === undefined ? {} : { inReplyTo: { network: 'bench', id: parent } }),
    };
    return { kind: 'post', post, author: { ref: { network: 'bench', id: by }, handle: `@${by}`, name: by, refusals: [] } };
  });

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
