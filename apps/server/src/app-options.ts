import type { Config } from '@earshot/core/config';
import type { Database } from '@earshot/core/database';
import type { ProcessFigures } from '@earshot/core/health';
import type { Logging } from '@earshot/core/logging';
import type { PluginRegistry } from '@earshot/core/plugins';

/** What is there before the application is: read, opened and checked by the start. */
export interface AppOptions {
  readonly config: Config;
  readonly logging: Logging;
  readonly key: Buffer;
  readonly database: Database;
  readonly registry: PluginRegistry;
  readonly figures: ProcessFigures;
}
