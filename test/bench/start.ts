import { atMost, type Done } from './figure.ts';
import { median } from './scene.ts';
import { startEarshot } from './support/running-earshot.ts';
import { withSeeded } from './support/seeded-earshot.ts';

const barMs = 4_000;
const runs = 5;

/** From the command, on a database that is there, to the first question answered. */
export const benchStart = (done: Done): Promise<void> =>
  withSeeded({ posts: 100_000, conversations: 25_000, libraries: 20, staff: 20 }, {}, async ({ data, settings }) => {
    const took: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const earshot = await startEarshot(data, settings);
      took.push(earshot.ms);
      await earshot.stop();
    }
    done(atMost(barMs, { name: 'start', unit: 'ms', value: median(took), note: `earshot start with all its roles, on a database of 100,000 posts; median of ${runs}, longest ${Math.max(...took).toFixed(0)}; npm start builds before it, or sees that nothing is to build` }));
  });
