import { processesIn } from '../../libs/core/src/database/embedded/processes.js';

/** Ends what is left of a PostgreSQL that works in this directory: once its first process is gone, the others go by themselves. */
export const endPostgresIn = async (directory: string): Promise<void> => {
  for (const pid of await processesIn(directory))
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
};
