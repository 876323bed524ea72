import { Database } from '../../database/index.js';
import { Readiness } from '../readiness.js';
import { type Measured, expose } from './exposition.js';
import { InstallationFigures } from './installation-figures.js';
import { ofInstallation, ofProcess } from './metric-list.js';
import { ProcessFigures } from './process-figures.js';

/** All that is measured, as Prometheus reads it. Never slow: where the database does not answer, the process's own figures are told. */
export class Metrics {
  private readonly installation: InstallationFigures;

  constructor(private readonly database: Database, private readonly readiness: Readiness, private readonly figures: ProcessFigures, private readonly version: string) {
    this.installation = new InstallationFigures(database);
  }

  async page(): Promise<string> {
    const [{ ready }, installation] = await Promise.all([this.readiness.look(), this.installation.read()]);
    return expose(new Map([...this.ofProcess(ready), ...[...installation].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))]));
  }

  private ofProcess(ready: boolean): Measured {
    const { rss, heapUsed } = process.memoryUsage();
    const pools = this.database.pools();
    return new Map([
      [ofProcess.build, [{ labels: { version: this.version }, value: 1 }]],
      [ofProcess.ready, [{ value: ready ? 1 : 0 }]],
      [ofProcess.posts, this.figures.heardSamples()],
      [ofProcess.requests, this.figures.requestSamples()],
      [ofProcess.pool, pools.flatMap(({ role, used, idle }) => [{ labels: { pool: role, state: 'used' }, value: used }, { labels: { pool: role, state: 'idle' }, value: idle }])],
      [ofProcess.poolWaiting, pools.map(({ role, waiting }) => ({ labels: { pool: role }, value: waiting }))],
      [ofProcess.lag, this.figures.lagSamples()],
      [ofProcess.memory, [{ labels: { part: 'resident' }, value: rss }, { labels: { part: 'heap' }, value: heapUsed }]],
      [ofProcess.started, [{ value: (Date.now() - process.uptime() * 1_000) / 1_000 }]],
    ]);
  }
}

const order = Object.values(ofInstallation) as readonly object[];
