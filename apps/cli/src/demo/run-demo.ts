import { whileConnected } from '@earshot/core/database';
import { isConnectionLost } from '@earshot/core/errors';
import { type RunningServer, startServer } from '@earshot/server';
import { followGiven } from './follow-given.js';
import { demoSignIn, foundDemo } from './found-demo.js';
import { topTen } from './top-ten.js';
import { type Progress, progress, progressLine } from './watch.js';
import { openInstallation } from '../installation.js';
import { StopRequest } from '../stop-request.js';
import { fail, note, say } from '../terminal.js';

const lookMs = 500;
/** Nothing new for this long: the past of the town is in, and what comes now comes as it is said. */
const quietLooks = 6;

/** Runs until Ctrl-C: the practice town and what is given, heard, told and served. */
export const runDemo = async (sources: readonly string[]): Promise<void> => {
  const installation = await openInstallation(true);
  const stop = new StopRequest();
  const server = await startServer({ ...installation, beforeListening: foundDemo, onLost: (error) => { fail(error); stop.ask(); } });
  try {
    await follow(server, sources, stop);
    await stop.when;
  } finally {
    const { cut } = await server.stop();
    note('Stopped.');
    if (cut) process.exit();
  }
};

const follow = async (server: RunningServer, sources: readonly string[], stop: StopRequest): Promise<void> => {
  const signIn = await whileConnected(server.owner, async (owner) => {
    await followGiven(owner, sources);
    return demoSignIn(owner);
  });
  await watch(server, stop);
  if (stop.asked) return;
  for (const line of await whileConnected(server.owner, (owner) => topTen(owner))) say(line);
  say(`\nThe API is at ${server.url}/graphql, a place to try it at ${server.url}/graphiql.\nSign in at ${server.url}/sign-in as ${signIn.email} with ${signIn.password}\nThe town goes on talking. Ctrl-C ends it.`);
};

const watch = async (server: RunningServer, stop: StopRequest): Promise<void> => {
  let [last, quiet] = ['', 0];
  while (quiet < quietLooks && !stop.asked) {
    const seen = await look(server);
    const line = seen === undefined ? last : progressLine(seen);
    quiet = line !== last || seen?.caughtUp !== true ? 0 : quiet + 1;
    if (line !== last) note(line);
    last = line;
    await Promise.race([stop.when, new Promise((resolve) => setTimeout(resolve, lookMs))]);
  }
};

/** Undefined where there is nothing to tell yet, also while PostgreSQL is being started again. */
const look = async (server: RunningServer): Promise<Progress | undefined> => {
  try {
    const seen = await whileConnected(server.owner, progress);
    return seen.heard === 0 ? undefined : seen;
  } catch (error) {
    if (isConnectionLost(error)) return undefined;
    throw error;
  }
};
