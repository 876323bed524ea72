import { pino, type DestinationStream } from 'pino';
import type { Config } from '../config/index.js';
import { correlationId } from './correlation.js';
import { prettyLine } from './pretty-line.js';
import { safeError, safeFacts } from './safe-facts.js';

/**
 * A structured log of one feature. Messages are fixed sentences; what varies stands in the facts: ids, counts, durations. Post texts,
 * tokens and addresses are never logged.
 */
export interface Logger {
  debug(message: string, facts?: object): void;
  info(message: string, facts?: object): void;
  /** Something that staff or the administrator may want to look at; Earshot goes on. */
  warn(message: string, facts?: object): void;
  /** Our bug, or work that was lost. The error is logged with its stack and causes. */
  error(message: string, error?: unknown, facts?: object): void;
}

export interface Logging {
  /** @param name the feature, such as `listening` */
  logger(name: string): Logger;
}

/** @param destination where lines go instead of standard output */
export function createLogging(config: Config['log'], destination?: DestinationStream): Logging {
  const root = pino(
    {
      level: config.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      mixin: () => {
        const correlation = correlationId();
        return correlation === undefined ? {} : { correlation };
      },
    },
    destinationOf(config, destination),
  );
  return { logger: (name) => named(root.child({ name })) };
}

function destinationOf(config: Config['log'], destination: DestinationStream | undefined): DestinationStream {
  // Written at once: the last lines before a crash are the ones that matter.
  const out = destination ?? pino.destination({ dest: 1, sync: true });
  if (config.format === 'json') return out;
  const colours = destination === undefined && process.stdout.isTTY;
  return { write: (json) => out.write(prettyLine(json, colours)) };
}

function named(line: Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>): Logger {
  return {
    debug: (message, facts = {}) => line.debug(safeFacts(facts), message),
    info: (message, facts = {}) => line.info(safeFacts(facts), message),
    warn: (message, facts = {}) => line.warn(safeFacts(facts), message),
    error: (message, error, facts = {}) => line.error({ ...safeFacts(facts), ...(error === undefined ? {} : { error: safeError(error instanceof Error ? error : new Error(String(error))) }) }, message),
  };
}
