import './typescript-source.mjs';

/** Of what jest tells of a run: how it was cut down, if it was. */
interface Run {
  readonly nonFlagArgs: readonly string[];
  readonly testNamePattern?: string;
  readonly onlyChanged: boolean;
  readonly findRelatedTests: boolean;
  readonly shard?: object;
}

/** Of what jest tells of a project: whether what is answered is kept. */
interface Project {
  readonly setupFiles: readonly string[];
}

/** jest's globalTeardown of the int and e2e layers: runs whether the tests passed or not. */
export default async function stopPostgres(run: Run, { setupFiles }: Project): Promise<void> {
  const { stopCluster } = await import('./test-cluster.js');
  await stopCluster();
  const { searchOutput } = await import('./output/keep-output.js');
  const isWhole = setupFiles.length > 0 && run.nonFlagArgs.length === 0 && run.testNamePattern === undefined && !run.onlyChanged && !run.findRelatedTests && run.shard === undefined;
  searchOutput(isWhole ? 'whole' : 'part');
}
