import { startServer } from '@earshot/server';
import type { Command } from 'commander';
import { openInstallation } from '../installation.js';
import { fail, note, say, untilAskedToStop } from '../terminal.js';

/** `earshot start`: the real thing, until Ctrl-C. */
export const startCommand = (program: Command): void => {
  program
    .command('start', { isDefault: true })
    .description('starts Earshot and keeps it running until Ctrl-C')
    .action(async () => {
      const installation = await openInstallation(false);
      const server = await startServer({ ...installation, onLost: (error) => { fail(error); process.kill(process.pid, 'SIGTERM'); } });
      say(`Earshot listens at ${server.url}`);
      if (server.setupUrl !== undefined) say(`\nNobody can sign in yet. Open this link, which holds for a day and once, to become the first administrator:\n  ${server.setupUrl}\n`);
      const signal = await untilAskedToStop();
      note(`${signal}: stopping…`);
      await server.stop();
      note('Stopped.');
    });
};
