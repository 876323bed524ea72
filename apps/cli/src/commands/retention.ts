import { PlatformError } from '@earshot/core/errors';
import { retentionWords } from '@earshot/core/privacy';
import { type PrivacyDesk, atPrivacyDesk } from '@earshot/server';
import type { Command } from 'commander';
import { openInstallation } from '../installation.js';
import { note, say } from '../terminal.js';

interface Place { readonly id: string; readonly handle: string; readonly name: string }

const libraries = async ({ database }: PrivacyDesk, handle: string | undefined): Promise<readonly Place[]> => {
  const found = await database.keeping((tx) => tx.query<Place>('select id, handle, name from library where $1::text is null and parent_id is null or handle = $1 order by handle', [handle ?? null]));
  if (found.length === 0) throw new PlatformError('NOT_FOUND', handle === undefined ? 'There is no library yet.' : `There is no library with the handle "${handle}".`);
  return found;
};

/** `earshot retention`: what goes tonight, or now. */
export const retentionCommand = (program: Command): void => {
  program
    .command('retention')
    .description('says what goes in the coming night by the retention of each library; with --now lets go of what is over already')
    .option('--preview', 'says it, and does nothing: what it does without --now as well')
    .option('--library <handle>', 'of this library and those below it; else of all')
    .option('--now', 'does not wait for the night')
    .action(async ({ library, now, preview }: { library?: string; now?: true; preview?: true }) => {
      await atPrivacyDesk(await openInstallation(true), async (desk) => {
        for (const { id, name } of await libraries(desk, library)) {
          if (now === true && preview !== true) {
            const below = await desk.database.keeping((tx) => tx.query<{ library_id: string }>('select library_id from library_line where ancestor_id = $1', [id]));
            const { conversations, posts } = await desk.retention.letGo(below.map((row) => row.library_id), new AbortController().signal);
            say(`${name}: let go of ${conversations} conversations and ${posts} posts.`);
            continue;
          }
          const { going, masked, until } = await desk.retention.preview(id);
          say(`${name}: ${retentionWords(going.reduce((sum, each) => sum + each.conversations, 0), going.reduce((sum, each) => sum + each.posts, 0), masked)}`);
          for (const each of going) say(`  ${each.keptAs.padEnd(12)} ${each.posts} posts in ${each.conversations} conversations`);
          note(`The night ends at ${until.toISOString()}.`);
        }
      });
    });
};
