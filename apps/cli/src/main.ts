import { PlatformError } from '@earshot/core/errors';
import { Command } from 'commander';
import { accountCommand } from './commands/account.js';
import { demoCommand } from './commands/demo.js';
import { importCommand } from './commands/import.js';
import { migrateCommand } from './commands/migrate.js';
import { rolesCommand } from './commands/roles.js';
import { staffCommand } from './commands/staff.js';
import { startCommand } from './commands/start.js';
import { tokenCommand } from './commands/token.js';
import { fail, note } from './terminal.js';

/** The earshot command. Ends with exit code 1 after one message where it cannot do what was asked. */
export const main = async (words: readonly string[]): Promise<void> => {
  const program = new Command('earshot').description("Listens to a community's public conversations, so that its library can answer.").showHelpAfterError();
  for (const add of [startCommand, demoCommand, importCommand, migrateCommand, accountCommand, staffCommand, tokenCommand, rolesCommand]) add(program);
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof PlatformError) {
      process.exitCode = 1;
      note(error.message);
    } else fail(error);
  }
};
