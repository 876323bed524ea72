import './typescript-source.mjs';

/** jest's globalSetup of the int and e2e layers. */
export default async function startPostgres(): Promise<void> {
  const { keepOutput } = await import('./output/keep-output.js');
  keepOutput();
  const { startCluster } = await import('./test-cluster.js');
  await startCluster();
}
