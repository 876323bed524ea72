import { ownAddress, readConfig } from '@earshot/core/config';
import { type Role, StaffAdministration, roles } from '@earshot/core/staff';
import { type Command, Option } from 'commander';
import { asOwner } from '../installation.js';
import { say } from '../terminal.js';

/** Without the address where that is not known here: it is the one at which Earshot is opened. */
const passwordLink = (key: string): string => `${ownAddress(readConfig().http) ?? ''}/password?key=${key}`;

/** `earshot staff …`: for whoever administers the machine; it needs no sign-in. */
export const staffCommand = (program: Command): void => {
  const staff = program.command('staff').description('add, list and deactivate the people who may sign in');
  staff
    .command('add <email> <name>')
    .description('adds a person and prints the one-time link by which they choose a password')
    .requiredOption('--library <handle>', 'where the role holds, and for all below')
    .addOption(new Option('--role <role>', 'what they may do').choices([...roles]).default('librarian'))
    .action(async (email: string, name: string, options: { library: string; role: Role }) => {
      const made = await asOwner((owner) => new StaffAdministration(owner).add({ email, name, role: options.role, library: options.library }));
      say(`${name} may sign in as ${email}.${made.key === undefined ? '' : `\nThe link for a password, once and for a few days: ${passwordLink(made.key)}`}`);
    });
  staff
    .command('list')
    .description('lists everybody, with their roles')
    .action(async () => {
      const people = await asOwner((owner) => new StaffAdministration(owner).list());
      if (people.length === 0) say('Nobody yet. `earshot start` prints a link for the first administrator.');
      for (const person of people) say(`${person.email}  ${person.name}  ${person.roles.map(({ library, role }) => `${role} at ${library}`).join(', ')}${person.deactivatedAt === null ? '' : '  deactivated'}`);
    });
  staff
    .command('deactivate <email>')
    .description('signs a person out everywhere, for good; what they approved and has not left needs another approver')
    .option('--to <email>', 'who gets their open conversations; else nobody has them')
    .action(async (email: string, { to }: { to?: string }) => {
      await asOwner((owner) => new StaffAdministration(owner).deactivate(email, to));
      say(`${email} may not sign in any more.`);
    });
  staff
    .command('password <email>')
    .description('prints a one-time link by which a person chooses a new password')
    .action(async (email: string) => {
      const { key } = await asOwner((owner) => new StaffAdministration(owner).password(email));
      say(key === undefined ? 'Done.' : passwordLink(key));
    });
};
