import { Classifiers, Judge, type NamedClassifier } from '@earshot/core/understanding';
import { HearingRulesService, ListeningService } from '@earshot/core/listening';
import { AccountHealth, ChannelStore, PluginCalls, PluginHost } from '@earshot/core/plugins';
import { StopWatch } from '@earshot/core/stops';
import { Suppression } from '@earshot/core/privacy';
import type { Batch, SourceEvent } from '@earshot/plugin-sdk';
import { BackFill } from '../../libs/core/src/listening/back-fill/back-fill.js';
import { Fills } from '../../libs/core/src/listening/back-fill/fills.repository.js';
import { Canaries } from '../../libs/core/src/listening/canary/canaries.repository.js';
import { Canary } from '../../libs/core/src/listening/canary/canary.js';
import { LivingThreads } from '../../libs/core/src/listening/living/living-threads.js';
import { ThreadLooks } from '../../libs/core/src/listening/living/thread-looks.repository.js';
import { ReChecks } from '../../libs/core/src/listening/re-checks/re-checks.js';
import { ReChecksRepository } from '../../libs/core/src/listening/re-checks/re-checks.repository.js';
import { Authors } from '../../libs/core/src/listening/listening.service.js';
import { JobsAtHand } from '../support/jobs-at-hand.js';
import { HostUnderTest, type TestBed } from './host-under-test.js';

class NoClassifiers extends Classifiers {
  list(): readonly NamedClassifier[] {
    return [];
  }
}

/** One process that listens and works, with the real pipeline, on a clock that the test turns. Jobs wait until {@link JobsAtHand.work}. */
export class ListeningProcess {
  readonly jobs = new JobsAtHand();
  readonly listening: ListeningService;
  readonly plugins: PluginHost;
  readonly threads: LivingThreads;
  readonly looks: ThreadLooks;
  readonly backFill: BackFill;
  readonly canary: Canary;
  readonly reChecks: ReChecks;
  readonly stops: StopWatch;
  readonly warnings: string[] = [];

  private constructor(readonly bed: TestBed, readonly host: HostUnderTest, classifiers: Classifiers) {
    const { clock, registry, contexts, options } = host;
    this.plugins = new PluginHost(new PluginCalls(contexts, options), host.planner);
    const plugins = this.plugins;
    class HostAuthors extends Authors {
      fetch: Authors['fetch'] = (accountId, refs) => plugins.profiles(accountId, refs);
    }
    this.listening = new ListeningService(bed.database, new HearingRulesService(bed.database, clock), new Suppression('test key'), new HostAuthors(), classifiers, {
      clock, channels: new ChannelStore(), judge: new Judge(clock), jobs: this.jobs, classifierFailed: (classifier, error) => { throw new Error(`${classifier} failed`, { cause: error }); },
    });
    const log = { debug: () => {}, info: () => {}, warn: (message: string) => void this.warnings.push(message), error: (message: string) => void this.warnings.push(message) };
    const stops = (this.stops = new StopWatch(bed.database));
    this.looks = new ThreadLooks(bed.database);
    this.backFill = new BackFill({ fills: new Fills(bed.database), host: this.plugins, registry, intake: this.listening, stops, clock, log }, this.jobs);
    this.canary = new Canary({ canaries: new Canaries(bed.database, new AccountHealth(), this.jobs), host: this.plugins, registry, intake: this.listening, stops, clock, log }, this.jobs);
    this.reChecks = new ReChecks({ checks: new ReChecksRepository(bed.database), host: this.plugins, registry, intake: this.listening, stops, clock, log }, this.jobs);
    this.threads = new LivingThreads({ looks: this.looks, host: this.plugins, registry, intake: this.listening, stops, clock, log }, this.jobs);
  }

  static async start(bed: TestBed, plugins: readonly { readonly id: string }[], classifiers: Classifiers = new NoClassifiers()): Promise<ListeningProcess> {
    return new ListeningProcess(bed, await HostUnderTest.start(bed, plugins), classifiers);
  }

  get clock(): HostUnderTest['clock'] {
    return this.host.clock;
  }

  /** As the account's channel brings it. */
  hear(accountId: string, plugin: string, events: readonly SourceEvent[]) {
    return this.listening.takeFetched({ accountId, libraryId: this.bed.library.id, plugin }, { events } as Batch<never>);
  }

  /** What the schedule does every minute. */
  look(): Promise<void> {
    return this.threads.lookAtDue(new AbortController().signal);
  }
}
