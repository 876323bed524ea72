export { HealthModule } from './health.module.js';
export type { HealthOptions } from './health.options.js';
export type { Metric } from './metrics/exposition.js';
export { type RequestKind, type RequestOutcome, ofInstallation, ofProcess } from './metrics/metric-list.js';
export { ProcessFigures } from './metrics/process-figures.js';
export { type Loop, Readiness, type Ready } from './readiness.js';
