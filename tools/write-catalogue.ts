/** `npm run catalogue`: writes the listing of a freshly migrated database to libs/core/src/database/catalogue.txt. */
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { listCatalogue } from '../libs/core/src/database/catalogue.js';
import { startCluster, stopCluster, TEST_CLUSTER, type TestCluster } from '../test/support/test-cluster.js';

await startCluster();
try {
  const { admin, template } = JSON.parse(process.env[TEST_CLUSTER] ?? '{}') as TestCluster;
  const client = new pg.Client({ ...admin, database: template });
  await client.connect();
  const lines = await listCatalogue(client);
  await client.end();
  writeFileSync(new URL('../libs/core/src/database/catalogue.txt', import.meta.url), `${lines.join('\n')}\n`);
  console.log(`${lines.length} lines`);
} finally {
  await stopCluster();
}
