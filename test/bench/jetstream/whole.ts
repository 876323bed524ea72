import { syntheticDid } from '../../../plugins/bluesky/src/testing/synthetic-events.ts';
import type { Figure } from '../figure.ts';
import { eventually } from '../support/eventually.ts';
import { type BenchInstallation, blueskyAccount, withInstallation } from '../support/running-earshot.ts';
import type { TalkingProcess } from '../support/talking-process.ts';
import { addressOf, jetstreamSizes, shareOf, startWideJetstream } from './doubles.ts';

/** Posts from the first that was stored on are stored: before it nobody listened. Throws where one is not. */
const demandStored = async ({ owner }: BenchInstallation, jet: TalkingProcess): Promise<number> => {
  const { posts } = await jet.ask<{ posts: readonly string[] }>('end');
  let lost = 0;
  let kept = 0;
  await eventually('the last post being stored', 30_000, async () => {
    const { rows } = await owner.query<{ remote_id: string }>(`select remote_id from post where known and network = 'bluesky'`);
    const stored = new Set(rows.map((row) => row.remote_id));
    const from = posts.findIndex((post) => stored.has(post));
    kept = stored.size;
    lost = posts.slice(Math.max(0, from)).filter((post) => !stored.has(post)).length;
    return lost === 0 && kept > 0;
  }).catch(() => { throw new Error(`${lost} posts were not stored`); });
  return kept;
};

/** The same by a whole Earshot, from the socket to committed rows. */
export const benchWhole = async (service: string): Promise<Figure> => {
  const jet = await startWideJetstream();
  try {
    const followed = Array.from({ length: jetstreamSizes.followed }, (_, n) => syntheticDid(n));
    return await withInstallation([blueskyAccount(addressOf(jet), service, followed)], {}, async (earshot) => {
      const { owner, pid } = earshot;
      await eventually('the whole Earshot hearing all of it', 120_000, async () => {
        const { rows: [row] } = await owner.query<{ near: boolean | null }>(`select bool_and(coalesce(heard_until > now() - interval '10 seconds', false)) as near from channel where mode = 'stream'`);
        return row?.near === true;
      });
      const share = await shareOf(pid);
      const kept = await demandStored(earshot, jet);
      return { name: 'jetstream-whole', unit: 'of one core', value: share, note: `the process of a whole Earshot for the same as jetstream-all, PostgreSQL beside it not counted; ${kept} posts stored, none lost` };
    });
  } finally {
    await jet.stop();
  }
};
