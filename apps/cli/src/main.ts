import { PlatformError, StartError } from '@earshot/core/errors';
import { Command } from 'commander';
import { Stopped, stoppedCode } from './stop-request.js';
import { fail, note } from './terminal.js';

type AddCommand = (program: Command) => void;

/** In the order of the help. Each is loaded where it is asked for: what one command is made of takes seconds and a hundred megabytes. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  start: async () => (await import('./commands/start.js')).startCommand,
  demo: async () => (await import('./commands/demo.js')).demoCommand,
  import: async () => (await import('./commands/import.js')).importCommand,
  follow: async () => (await import('./commands/follow.js')).followCommand,
  unfollow: async () => (await import('./commands/follow.js')).unfollowCommand,
  lists: async () => (await import('./commands/lists.js')).listsCommand,
  search: async () => (await import('./commands/search.js')).searchCommand,
  erase: async () => (await import('./commands/erase.js')).eraseCommand,
  why: async () => (await import('./commands/why.js')).whyCommand,
  retention: async () => (await import('./commands/retention.js')).retentionCommand,
  export: async () => (await import('./commands/erase.js')).exportCommand,
  migrate: async () => (await import('./commands/migrate.js')).migrateCommand,
  connect: async () => (await import('./commands/connect.js')).connectCommand,
  coverage: async () => (await import('./commands/coverage.js')).coverageCommand,
  account: async () => (await import('./commands/account.js')).accountCommand,
  stop: async () => (await import('./commands/stop.js')).stopCommand,
  resume: async () => (await import('./commands/stop.js')).resumeCommand,
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand,
  staff: async () => (await import('./commands/staff.js')).staffCommand,
  token: async () => (await import('./commands/token.js')).tokenCommand,
  roles: async () => (await import('./commands/roles.js')).rolesCommand,
};

/** The earshot command. Ends with exit code 1 after one message where it cannot do what was asked. */
export const main = async (words: readonly string[]): Promise<void> => {
  const program = new Command('earshot').description("Listens to a community's public conversations, so that its library can answer.").showHelpAfterError('With --help it says what may stand there.');
  try {
    const [first = ''] = words;
    const asked = commands[first];
    // Else it would be taken for an argument of the command that is run where none is named.
    if (asked === undefined && first !== 'help' && first !== '' && !first.startsWith('-')) throw new StartError('BAD_SETTINGS', `There is no command "${first}".`, '`earshot --help` shows them all.');
    for (const load of asked === undefined ? Object.values(commands) : [asked]) (await load())(program);
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof Stopped) process.exitCode = stoppedCode;
    else if (error instanceof PlatformError) {
      process.exitCode = 1;
      note(error.message);
    } else fail(error);
  }
};
