import { PlatformError } from '@earshot/core/errors';
import type { PrivacyDesk } from '@earshot/server';
import type { Command } from 'commander';
import { fileToWrite, writeOut } from '../files.js';
import { atDesk } from '../installation.js';
import { counted, note, say } from '../terminal.js';

interface Choice { readonly network?: string }

/** The one whom `who` names; several are told apart by their network or their id. */
const theOne = async ({ erasure }: PrivacyDesk, who: string, { network }: Choice): Promise<{ readonly id: string; readonly called: string }> => {
  const found = (await erasure.find(undefined, who)).filter((person) => network === undefined || person.network === network);
  const [one, ...others] = found;
  if (one === undefined) throw new PlatformError('NOT_FOUND', `Nobody is known here as ${who}${network === undefined ? '' : ` on ${network}`}. Write the handle as their network does, or give the address of their profile or of one of their posts.`);
  if (others.length > 0)
    throw new PlatformError('CONFLICT', `Several are known as ${who}. Name one by its id, or with --network:\n${found.map((person) => `  ${person.id}  ${person.network}  ${person.handle ?? ''}  ${person.name ?? ''}`).join('\n')}`);
  return { id: one.id, called: `${one.handle ?? one.id} on ${one.network}` };
};

/** `earshot erase`: takes a person out of the whole installation. */
export const eraseCommand = (program: Command): void => {
  program
    .command('erase <who>')
    .description('erases a person everywhere, for ever: by handle, by the address of their profile or of a post, or by id')
    .option('--network <name>', 'where several networks know the name')
    .option('--preview', 'says what would be reached, and does nothing')
    .option('--yes', 'does it; without, it is only shown')
    .action(async (who: string, options: Choice & { preview?: true; yes?: true }) => {
      await atDesk(async (desk) => {
        const { id, called } = await theOne(desk, who, options);
        if (options.yes !== true || options.preview === true) {
          say(`${called}:`);
          for (const { table, rows } of await desk.erasure.preview(undefined, id)) if (rows > 0) say(`  ${table.padEnd(14)} ${rows}`);
          note('Nothing was done. With --yes all of it is erased, which cannot be undone.');
          return;
        }
        const receipt = await desk.erasure.erase(undefined, id);
        const { posts, mentions, redacted, withdrawn, follows } = receipt.counts;
        say(`Erased. Receipt ${receipt.id} of ${receipt.at.toISOString()}: ${counted(posts, 'post')}; names taken out of ${counted(mentions, 'post')} of others and ${counted(redacted, 'text')} of staff; ${counted(withdrawn, 'reply', 'replies')} withdrawn; ${counted(follows, 'follow')} ended.`);
      });
    });
};

/** `earshot export`: what is stored, for whoever has a right to know. */
export const exportCommand = (program: Command): void => {
  program
    .command('export')
    .description('hands out what is stored')
    .command('person <who>')
    .description('everything that is known of a person, as JSON: read it before you hand it out, for notes may speak of others')
    .option('--network <name>', 'where several networks know the name')
    .option('--to <file>', 'writes it there instead of to the terminal')
    .action(async (who: string, options: Choice & { to?: string }) => {
      if (options.to !== undefined) fileToWrite(options.to, 0o600);
      const json = await atDesk(async (desk) => JSON.stringify(await desk.erasure.known(undefined, (await theOne(desk, who, options)).id), null, 2));
      if (options.to === undefined) say(json);
      else note(`Written to ${writeOut(options.to, `${json}\n`)}: read it before you hand it out.`);
    });
};
