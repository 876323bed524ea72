import { createLogging, type Logging, NestLogger } from '@earshot/core/logging';
import { cameOut } from './record.js';

/** Everything that is logged, down to the least, for the end of the run to search; nothing of it is shown. */
export const collectedLog = (): Logging => createLogging({ level: 'debug', format: 'json' }, { write: (line) => cameOut('a log', line) });

export const collectedNestLog = (): NestLogger => new NestLogger(collectedLog());
