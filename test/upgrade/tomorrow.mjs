/** The `earshot` command of a version that is not written yet: ours, with one more migration, whose SQL is in TOMORROW. */
const { migrations } = await import('../../libs/core/src/database/migrations/index.ts');
migrations.push(
  class Tomorrow9999999999999 {
    up(runner) {
      return runner.query(process.env.TOMORROW);
    }
  },
);
const { main } = await import('../../apps/cli/src/main.ts');
await main(process.argv.slice(2));
