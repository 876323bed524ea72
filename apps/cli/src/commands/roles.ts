import { deriveSecret } from '@earshot/core/config';
import { createRolesSql } from '@earshot/core/database';
import type { Command } from 'commander';
import { openInstallation } from '../installation.js';
import { say } from '../terminal.js';

export const rolesCommand = (program: Command): void => {
  program
    .command('roles')
    .description('prints the SQL that makes the four database roles, passwords and all, for a database administrator to run')
    .action(async () => {
      const { key } = await openInstallation(true);
      say(createRolesSql((role) => deriveSecret(key, `database-role/${role}`)));
    });
};
