import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { type JobRun, Jobs } from '../../jobs/index.js';
import { ImportApplying } from './import-applying.js';
import { applyImportJob, forgetImportsJob, lookUpImportJob } from './import-jobs.js';
import { ImportLookUp } from './import-look-up.js';

/** Before its deadline it hands on what is left, so that a long list is no failure. */
const turnMs = 1_500_000;
const busyMs = 60_000;

/** What imports need done behind the scenes, by whichever process works. */
@Injectable()
export class ImportChores {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly lookUp: ImportLookUp,
    applying: ImportApplying,
  ) {
    jobs.handle(lookUpImportJob, (run) => this.look(run));
    jobs.handle(applyImportJob, async ({ data: { importId }, abort, library: { actorId } }) => void (await applying.run({ importId, actorId }, abort)));
    jobs.handle(forgetImportsJob, async () => void (await this.database.beforeJob('select forget_follow_imports()')));
  }

  private async look({ data: { importId }, abort, library: { id: libraryId, actorId } }: JobRun<{ readonly importId: string }, 'library'>): Promise<void> {
    const end = await this.lookUp.run({ importId, actorId }, AbortSignal.any([abort, AbortSignal.timeout(turnMs)]));
    abort.throwIfAborted();
    if (end.how === 'ready' || end.how === 'over') return;
    // Looked up by somebody who may be gone; or its network asks to wait.
    const at = end.how === 'waiting' ? end.again : new Date(Date.now() + busyMs);
    await this.database.working(actorId, (tx) => this.jobs.enqueue(tx, lookUpImportJob, { importId }, { libraryId, at }));
  }
}
