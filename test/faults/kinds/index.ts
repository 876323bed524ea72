import type { Kind } from '../frame/kind.ts';
import { builtInKilled } from './built-in-killed.ts';
import { clockJumps } from './clock-jumps.ts';
import { commitsCut } from './commits-cut.ts';
import { cursorLost } from './cursor-lost.ts';
import { diskFull } from './disk-full.ts';
import { killedAtJobs } from './killed-at-jobs.ts';
import { killedInOrder } from './killed-in-order.ts';
import { killedBetweenParts } from './killed-between-parts.ts';
import { killedImporting } from './killed-importing.ts';
import { killedListening, killedMerging } from './killed-listening.ts';
import { killedMigrating } from './killed-migrating.ts';
import { killedSending } from './killed-sending.ts';
import { paused } from './paused.ts';
import { pausedAtJobs } from './paused-at-jobs.ts';
import { postgresKilled } from './postgres-killed.ts';
import { processesKilled } from './processes-killed.ts';
import { stoppedInBurst } from './stopped-in-burst.ts';

/** Which of them a round is, the seed draws. */
export const kinds: readonly Kind[] = [killedListening, killedMerging, killedSending, killedBetweenParts, killedInOrder, stoppedInBurst, killedAtJobs, killedImporting, killedMigrating, postgresKilled, builtInKilled, processesKilled, paused, pausedAtJobs, commitsCut, diskFull, clockJumps, cursorLost];
