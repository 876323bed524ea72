import type { Command } from 'commander';
import { openInstallation } from '../installation.js';
import { StopRequest } from '../stop-request.js';
import { fail, note, say } from '../terminal.js';

/** `earshot start`: the real thing, until Ctrl-C. */
export const startCommand = (program: Command): void => {
  program
    .command('start', { isDefault: true })
    .description('starts Earshot and keeps it running until Ctrl-C')
    .action(async () => {
      const { startServer } = await import('@earshot/server');
      const installation = await openInstallation(false);
      const stop = new StopRequest();
      const server = await startServer({ ...installation, onLost: (error) => { fail(error); stop.ask(); } });
      say(`Earshot listens at ${server.url}`);
      if (server.setupUrl !== undefined) say(`\nNobody can sign in yet. Open this link, which holds for a day and once, to become the first administrator:\n  ${server.setupUrl}\n`);
      await stop.when;
      const { cut } = await server.stop();
      note('Stopped.');
      // What was cut may hold this process for as long as a network takes to answer.
      if (cut) process.exit();
    });
};
