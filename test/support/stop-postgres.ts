import './typescript-source.mjs';

/** Of what jest tells of a run: how it was cut down, if it was. */
interface Run {
  readonly nonFlagArgs: readonly string[];
  readonly testNamePattern?: string;
  readonly onlyChanged: boolean;
  readonly findRelatedTests: boolean;
  readonly shard?: object;
}

/** jest's globalTeardown of the int and e2e layers: runs whether the tests passed or not. */
export default async function stopPostgres(run: Run): Promise<void> {
  const { stopCluster } = await import('./test-cluster.js');
  await stopCluster();
  const { searchOutput } = await import('./output/keep-output.js');
  searchOutput(run.nonFlagArgs.length === 0 && run.testNamePattern === undefined && !run.onlyChanged && !run.findRelatedTests && run.shard === undefined ? 'whole' : 'part');
}
