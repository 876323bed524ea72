import { whyPost } from '@earshot/server';
import type { Command } from 'commander';
import { openInstallation } from '../installation.js';
import { StopRequest } from '../stop-request.js';
import { say } from '../terminal.js';

/** `earshot why`: why a post is here, or is not. */
export const whyCommand = (program: Command): void => {
  program
    .command('why <post>')
    .description("says why a post is heard, or is not: by its address or its network's id of it; what a refusal or a list kept out is remembered; what else was dropped is asked for again and judged by the rules of now")
    .action(async (post: string) => {
      const stop = new StopRequest();
      const { words } = await whyPost(await openInstallation(true), post, (work) => stop.before(work));
      for (const each of words) say(each);
      // Plugins may keep connections open, which would hold up the end.
      process.exit();
    });
};
