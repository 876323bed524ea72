import { type Role, StaffAdministration, type TokenScope, roles, tokenScopes } from '@earshot/core/staff';
import { type Command, Option } from 'commander';
import { asOwner } from '../installation.js';
import { say } from '../terminal.js';

/** `earshot token …`: keys for programs. A token may draft and never approve. */
export const tokenCommand = (program: Command): void => {
  const token = program.command('token').description('make, list and revoke keys for programs that speak the GraphQL API');
  token
    .command('create <name>')
    .description('makes a token and shows it once')
    .requiredOption('--library <handle>', 'where it holds, and for all below')
    .requiredOption('--by <email>', 'the administrator there who answers for it')
    .addOption(new Option('--role <role>', 'at most what its maker may do').choices([...roles]).default('librarian'))
    .addOption(new Option('--scope <scope...>', 'what it may do').choices([...tokenScopes]).default(['read']))
    .option('--days <days>', 'how long it holds', Number, 90)
    .action(async (name: string, options: { library: string; by: string; role: Role; scope: TokenScope[]; days: number }) => {
      const made = await asOwner((owner) => new StaffAdministration(owner).createToken({ name, library: options.library, by: options.by, role: options.role, scopes: options.scope, days: options.days }));
      say(made.secret);
    });
  token
    .command('list')
    .description('lists tokens, never their secrets')
    .action(async () => {
      for (const each of await asOwner((owner) => new StaffAdministration(owner).listTokens()))
        say(`${each.id}  ${each.name}  ${each.library}  ${each.role}  ${each.scopes.join(',')}  until ${each.expiresAt.toISOString().slice(0, 10)}${each.revokedAt === null ? '' : '  revoked'}`);
    });
  token
    .command('revoke <id>')
    .description('ends a token at once')
    .action(async (id: string) => {
      await asOwner((owner) => new StaffAdministration(owner).revokeToken(id));
      say('Revoked.');
    });
};
