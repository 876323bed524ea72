import { Logger } from '@nestjs/common';

const logger = new Logger('graphql');

/** Our bug, whole, for the log alone. */
export const logFailure = (id: string, error: unknown): void => logger.error({ id, err: error }, 'an operation failed');
