import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from '../database/index.js';
import { Jobs } from '../jobs/index.js';
import { DatabaseProbe } from './database-probe.js';
import { HealthController } from './health.controller.js';
import { HealthOptions } from './health.options.js';
import { Heartbeat } from './heartbeat.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Readiness } from './readiness.js';

/** How this process and the installation do, told to whoever watches them. Global: the roles tell {@link Readiness} of their loops. */
@Module({})
export class HealthModule {
  static forRoot(options: HealthOptions): DynamicModule {
    return {
      module: HealthModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: HealthOptions, useValue: options },
        { provide: Readiness, inject: [Database], useFactory: (database: Database) => new Readiness(new DatabaseProbe(database.connection('listener'))) },
        { provide: Metrics, inject: [Database, Readiness], useFactory: (database: Database, readiness: Readiness) => new Metrics(database, readiness, options.figures, options.version) },
        { provide: Heartbeat, inject: [Database, Readiness, Jobs], useFactory: (database: Database, readiness: Readiness, jobs: Jobs) => new Heartbeat({ url: options.heartbeatUrl, readiness, database, log: options.log }, jobs) },
      ],
      exports: [Readiness],
    };
  }
}
