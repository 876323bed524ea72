export { correlateRequests } from './correlate-requests.js';
export { correlationId, withCorrelation } from './correlation.js';
export { createLogging, type Logger, type Logging } from './logger.js';
export { NestLogger } from './nest-logger.js';
