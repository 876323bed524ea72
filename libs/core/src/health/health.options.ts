import type { Secret } from '../config/index.js';
import type { Logger } from '../logging/index.js';
import type { ProcessFigures } from './metrics/process-figures.js';

/** What the composition root tells of who may watch this installation, and how. The token by which it is injected, too. */
export abstract class HealthOptions {
  abstract readonly version: string;
  abstract readonly figures: ProcessFigures;
  abstract readonly log: Logger;
  /** Undefined: nobody reads metrics. */
  abstract readonly metricsToken: Secret | undefined;
  /** Undefined: nobody is called. */
  abstract readonly heartbeatUrl: Secret | undefined;
}
