import type { Command } from 'commander';

/** `earshot demo`: a demonstration consortium that listens to the practice town, and to whatever is given. */
export const demoCommand = (program: Command): void => {
  program
    .command('demo [sources...]')
    .description('shows Earshot at work on its practice town, and on the feeds (URLs) and archives (files) that you give')
    .action(async (sources: readonly string[]) => (await import('../demo/run-demo.js')).runDemo(sources));
};
