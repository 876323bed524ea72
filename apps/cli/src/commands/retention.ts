import { type Going, retentionWords } from '@earshot/core/privacy';
import type { PrivacyDesk } from '@earshot/server';
import type { Command } from 'commander';
import { atDesk } from '../installation.js';
import { counted, note, say } from '../terminal.js';

interface Place { readonly id: string; readonly name: string; readonly zone: string }

const libraries = async ({ database }: PrivacyDesk, handle: string | undefined): Promise<readonly Place[]> => {
  const found = await database.keeping((tx) => tx.query<Place>('select id, name, time_zone as zone from library where $1::text is null and parent_id is null or handle = $1 order by handle', [handle ?? null]));
  if (found.length === 0) throw (await import('@earshot/server')).noSuchLibrary(handle);
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
    .action(({ library, now, preview }: { library?: string; now?: true; preview?: true }) =>
      atDesk(async (desk, stopped) => {
        for (const place of await libraries(desk, library)) await (now === true && preview !== true ? letGo(desk, place, stopped) : show(desk, place));
      }),
    );
};

const letGo = async ({ database, retention }: PrivacyDesk, { id, name }: Place, stopped: AbortSignal): Promise<void> => {
  const below = await database.keeping((tx) => tx.query<{ library_id: string }>('select library_id from library_line where ancestor_id = $1', [id]));
  const { conversations, posts } = await retention.letGo(below.map((row) => row.library_id), stopped);
  say(`${name}: let go of ${counted(posts, 'post')} in ${counted(conversations, 'conversation')}.`);
};

/** What goes tonight, by kind, of a library and all below it together. */
const show = async ({ retention }: PrivacyDesk, { id, name, zone }: Place): Promise<void> => {
  const { going, masked, until } = await retention.preview(id);
  const sum = (of: readonly Going[], what: 'conversations' | 'posts'): number => of.reduce((all, each) => all + each[what], 0);
  say(`${name}: ${retentionWords(sum(going, 'conversations'), sum(going, 'posts'), masked)}`);
  for (const [kind, of] of Map.groupBy(going, ({ keptAs }) => keptAs)) say(`  ${kind.padEnd(12)} ${counted(sum(of, 'posts'), 'post')} in ${counted(sum(of, 'conversations'), 'conversation')}`);
  note(`The night ends on ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: zone }).format(until)} (${zone}).`);
};
