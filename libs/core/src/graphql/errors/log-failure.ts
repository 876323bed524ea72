import { Logger } from '@nestjs/common';

const logger = new Logger('graphql');

/** Our bug, whole, for the log alone: the client was told the id. */
export const logFailure = (id: string, error: unknown): void => logger.error(new Error(`an operation failed (${id})`, { cause: error }));
