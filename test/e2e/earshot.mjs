/** The `earshot` command from source: earshot-process.ts runs it with typescript-source.mjs before it. */
const { main } = await import('../../apps/cli/src/main.ts');
await main(process.argv.slice(2));
