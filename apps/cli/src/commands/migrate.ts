import type { Command } from 'commander';
import { asOwner } from '../installation.js';
import { say } from '../terminal.js';

export const migrateCommand = (program: Command): void => {
  program
    .command('migrate')
    .description('brings the database to this version, and checks that it suits; start does the same by itself')
    .action(async () => {
      const done = await asOwner(async (owner, database) => ({ where: database.where, rows: (await owner.query<{ name: string }>('select name from migrations order by id')).rows }));
      say(`${done.where}: ${done.rows.map((row) => row.name).join(', ')}`);
    });
};
