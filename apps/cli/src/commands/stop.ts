import { hostname, userInfo } from 'node:os';
import { StopAdministration, type StopKind, type StopPlace, stopInWords, stopKinds } from '@earshot/core/stops';
import { Argument, type Command } from 'commander';
import { asOwner } from '../installation.js';
import { say } from '../terminal.js';

const placeOf = (library: string | undefined): StopPlace => (library === undefined ? 'everywhere' : { handle: library });
const inWords = (library: string | undefined): string => (library === undefined ? 'the whole installation' : `${library} and all below it`);

const done: Readonly<Record<StopKind, string>> = {
  listening: 'listens to nothing; replies are sent',
  sending: 'sends nothing; what was approved is a draft again, and all is heard',
  all: 'neither listens nor sends; what was approved is a draft again',
};

/** `earshot stop`: in every process within two seconds, until somebody resumes. */
export const stopCommand = (program: Command): void => {
  program
    .command('stop')
    .description('stops listening, sending, or everything that reaches the outside, in every process within two seconds and until `earshot resume`, also over restarts; a reply on its way is finished')
    .addArgument(new Argument('<what>', 'listening: nothing is heard, replies are sent; sending: the other way round; all: neither, and the API answers').choices([...stopKinds]))
    .requiredOption('--why <words>', 'why, in one line, for all staff to read')
    .option('--library <handle>', 'for this library and those below it; else for all')
    .action(async (what: StopKind, { why, library }: { why: string; library?: string }) => {
      await asOwner((owner) => new StopAdministration(owner).stop(placeOf(library), { what, why, by: atTheMachine() }));
      say(`Stopped: ${inWords(library)} ${done[what]}. \`earshot resume${library === undefined ? '' : ` --library ${library}`}\` goes on.`);
    });
};

/** `earshot resume`: takes back what was stopped at this very place. */
export const resumeCommand = (program: Command): void => {
  program
    .command('resume')
    .description('goes on with what was stopped; what was missed is caught up, or becomes a gap that says why')
    .option('--library <handle>', 'what was stopped for this library; else what was stopped for all')
    .action(async ({ library }: { library?: string }) => {
      const { resumed, left } = await asOwner(async (owner) => {
        const stops = new StopAdministration(owner);
        return { resumed: await stops.resume(placeOf(library)), left: await stops.list() };
      });
      say(resumed ? `Resumed: ${inWords(library)}.` : `Nothing was stopped for ${inWords(library)}.`);
      for (const stop of left) say(`Still stopped${stop.handle === null ? '' : `, ${stop.handle}`}: ${stopInWords(stop)}`);
    });
};

/** Who does what they do at the machine is known to it, not to us. */
const atTheMachine = (): string => `${userName()} on ${hostname()}`;

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // In a container whose user has no name.
    return 'somebody';
  }
};
