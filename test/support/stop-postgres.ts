import './typescript-source.mjs';

/** jest's globalTeardown of the int and e2e layers: runs whether the tests passed or not. */
export default async function stopPostgres(): Promise<void> {
  const { stopCluster } = await import('./test-cluster.js');
  await stopCluster();
}
