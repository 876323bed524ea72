import type { LoggerService } from '@nestjs/common';
import type { Logger, Logging } from './logger.js';

/** Nest's own messages in our log, named by the Nest part that speaks. Its chatter about modules and routes is debug to us. */
export class NestLogger implements LoggerService {
  constructor(private readonly logging: Logging) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.of(rest).debug(String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.of(rest).debug(String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.of(rest).debug(String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.of(rest).warn(String(message));
  }

  /** Nest passes an error itself, or its message and stack. */
  error(message: unknown, ...rest: unknown[]): void {
    const [stack] = rest.filter((part): part is string => typeof part === 'string' && part.includes('\n'));
    if (message instanceof Error) return this.of(rest).error(message.message, message);
    return this.of(rest).error(String(message), stack === undefined ? undefined : Object.assign(new Error(String(message)), { stack }));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }

  /** The context comes last. */
  private of(rest: readonly unknown[]): Logger {
    const context = rest.at(-1);
    return this.logging.logger(typeof context === 'string' && !context.includes('\n') ? `nest.${context}` : 'nest');
  }
}
