import { startServer } from '@earshot/server';
import type { Command } from 'commander';
import pg from 'pg';
import { followGiven } from '../demo/follow-given.js';
import { demoSignIn, foundDemo } from '../demo/found-demo.js';
import { topTen } from '../demo/top-ten.js';
import { progress, progressLine } from '../demo/watch.js';
import { openInstallation } from '../installation.js';
import { fail, note, say, untilAskedToStop } from '../terminal.js';

const lookMs = 500;
/** Nothing new for this long: the past of the town is in, and what comes now comes as it is said. */
const quietLooks = 6;

/** `earshot demo`: a demonstration consortium that listens to the practice town, and to whatever is given. */
export const demoCommand = (program: Command): void => {
  program
    .command('demo [sources...]')
    .description('shows Earshot at work on its practice town, and on the feeds (URLs) and archives (files) that you give')
    .action(async (sources: readonly string[]) => {
      const installation = await openInstallation(true);
      const server = await startServer({ ...installation, beforeListening: foundDemo, onLost: fail });
      const owner = new pg.Client(server.owner);
      try {
        await owner.connect();
        const signIn = await demoSignIn(owner);
        const stopping = untilAskedToStop();
        await followGiven(server, owner, sources);
        await watch(owner, stopping);
        for (const line of await topTen(owner)) say(line);
        say(`\nThe API is at ${server.url}/graphql, a place to try it at ${server.url}/graphiql.\nSign in at ${server.url}/sign-in as ${signIn.email} with ${signIn.password}\nThe town goes on talking. Ctrl-C ends it.`);
        await stopping;
      } finally {
        await owner.end();
        note('Stopping…');
        await server.stop();
      }
    });
};

const watch = async (owner: pg.Client, stopping: Promise<unknown>): Promise<void> => {
  let [last, quiet, stopped] = ['', 0, false];
  void stopping.then(() => (stopped = true));
  while (quiet < quietLooks && !stopped) {
    const line = progressLine(await progress(owner));
    const heard = line !== last && !line.startsWith('heard 0 ');
    quiet = heard ? 0 : line.startsWith('heard 0 ') ? 0 : quiet + 1;
    if (heard) note(line);
    last = line;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
};
