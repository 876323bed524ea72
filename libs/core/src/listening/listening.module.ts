import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { systemClock } from '@earshot/plugin-sdk';
import { ConversationsModule, LookAgain } from '../conversations/index.js';
import { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { AccountHealth, ChannelStore, Intake, PluginHost, PluginRegistry } from '../plugins/index.js';
import { AskAgain, MayAnswer, Suppression } from '../privacy/index.js';
import { Jobs } from '../jobs/index.js';
import { Notices } from '../notices/index.js';
import { StopWatch } from '../stops/index.js';
import { Classifiers, Judge } from '../understanding/index.js';
import { BackFill } from './back-fill/back-fill.js';
import { Fills } from './back-fill/fills.repository.js';
import { Canaries } from './canary/canaries.repository.js';
import { Canary } from './canary/canary.js';
import { AskAuthorsAgain } from './ask-again.js';
import { handleAskAgain } from './ask-again-job.js';
import { HearingRulesService } from './hearing-rules.service.js';
import { LivingThreads } from './living/living-threads.js';
import { LookBefore } from './living/look-before.js';
import { LookAgainResolver } from './living/look-again.resolver.js';
import { ThreadLooks } from './living/thread-looks.repository.js';
import { ReChecks } from './re-checks/re-checks.js';
import { ReChecksRepository } from './re-checks/re-checks.repository.js';
import { LaterClassifying } from './later-classifying.js';
import { Authors, ListeningService, type ListeningSurroundings } from './listening.service.js';
import { WeighSearched } from './weigh-searched.js';
import { WhyResolver } from './why/why.resolver.js';
import { WhyService } from './why/why.service.js';

export interface ListeningOptions {
  readonly suppressionKey: string;
  readonly log: Logger;
  /** Told what became of each batch, by outcome. */
  readonly counted?: (counts: Readonly<Record<string, number>>) => void;
}

const around = Symbol('what is around the pipeline');

/** Where staff are told of nothing, as beside commands of the terminal, what they would be told of is heard all the same. */
const surroundings = ({ log, counted }: ListeningOptions): FactoryProvider<ListeningSurroundings> => ({
  provide: around,
  inject: [Jobs, { token: Notices, optional: true }],
  useFactory: (jobs: Jobs, notices: Notices | undefined) => ({
    clock: systemClock, channels: new ChannelStore(), judge: new Judge(systemClock), jobs,
    classifierFailed: (classifier, error) => log.error('A classifier failed; its posts are judged again later', error, { classifier }),
    ...(counted === undefined ? {} : { counted }), ...(notices === undefined ? {} : { notices }),
  }),
});

const weighSearched: FactoryProvider = {
  provide: WeighSearched,
  inject: [Database, Classifiers, Jobs],
  useFactory: (database: Database, classifiers: Classifiers, jobs: Jobs) => new WeighSearched(database, classifiers, jobs),
};

const canaryOf = ({ log }: ListeningOptions): readonly FactoryProvider[] => [
  { provide: Canaries, inject: [Database, AccountHealth, Jobs], useFactory: (database: Database, health: AccountHealth, jobs: Jobs) => new Canaries(database, health, jobs) },
  {
    provide: Canary,
    inject: [Canaries, PluginHost, PluginRegistry, ListeningService, Jobs, StopWatch],
    useFactory: (canaries: Canaries, host: PluginHost, registry: PluginRegistry, intake: ListeningService, jobs: Jobs, stops: StopWatch) =>
      new Canary({ canaries, host, registry, intake, stops, clock: systemClock, log }, jobs),
  },
];

const askingAgain = ({ log }: ListeningOptions): readonly FactoryProvider[] => [
  {
    provide: ReChecks,
    inject: [Database, PluginHost, PluginRegistry, ListeningService, Jobs, StopWatch],
    useFactory: (database: Database, host: PluginHost, registry: PluginRegistry, intake: ListeningService, jobs: Jobs, stops: StopWatch) =>
      new ReChecks({ checks: new ReChecksRepository(database), host, registry, intake, stops, clock: systemClock, log }, jobs),
  },
  {
    provide: AskAgain,
    inject: [Database, PluginHost, ListeningService, Jobs, PluginRegistry, ReChecks],
    useFactory: (database: Database, host: PluginHost, intake: ListeningService, jobs: Jobs, registry: PluginRegistry, checks: ReChecks) => {
      const again = new AskAuthorsAgain(database, host, intake, checks, log);
      handleAskAgain(jobs, again, database, registry);
      return again;
    },
  },
];

/** The way from a batch to the desk. Global, because the host of the plugins brings its batches here. Needs Authors and Classifiers of global modules. */
@Module({})
export class ListeningModule {
  static forRoot(options: ListeningOptions): DynamicModule {
    return {
      module: ListeningModule,
      global: true,
      providers: [
        surroundings(options),
        { provide: Suppression, useValue: new Suppression(options.suppressionKey) },
        { provide: HearingRulesService, inject: [Database], useFactory: (database: Database) => new HearingRulesService(database, systemClock) },
        {
          provide: ListeningService,
          inject: [Database, HearingRulesService, Suppression, Authors, Classifiers, around],
          useFactory: (database: Database, rules: HearingRulesService, suppression: Suppression, authors: Authors, classifiers: Classifiers, told: ListeningSurroundings) => new ListeningService(database, rules, suppression, authors, classifiers, told),
        },
        {
          provide: LaterClassifying,
          inject: [Database, HearingRulesService, Classifiers, Jobs, around],
          useFactory: (database: Database, rules: HearingRulesService, classifiers: Classifiers, jobs: Jobs, told: ListeningSurroundings) => new LaterClassifying(database, rules, classifiers, jobs, told),
        },
        {
          provide: LivingThreads,
          inject: [Database, PluginHost, PluginRegistry, ListeningService, Jobs, StopWatch],
          useFactory: (database: Database, host: PluginHost, registry: PluginRegistry, intake: ListeningService, jobs: Jobs, stops: StopWatch) =>
            new LivingThreads({ looks: new ThreadLooks(database), host, registry, intake, stops, clock: systemClock, log: options.log }, jobs),
        },
        weighSearched,
        { provide: LookAgain, inject: [LivingThreads], useFactory: (threads: LivingThreads) => new LookBefore(threads, options.log) },
        {
          provide: BackFill,
          inject: [Database, PluginHost, PluginRegistry, ListeningService, Jobs, StopWatch],
          useFactory: (database: Database, host: PluginHost, registry: PluginRegistry, intake: ListeningService, jobs: Jobs, stops: StopWatch) =>
            new BackFill({ fills: new Fills(database), host, registry, intake, stops, clock: systemClock, log: options.log }, jobs),
        },
        ...canaryOf(options),
        ...askingAgain(options),
        { provide: MayAnswer, inject: [Database, AskAgain], useFactory: (database: Database, again: AskAgain) => new MayAnswer(database, again, systemClock) },
        {
          provide: WhyService,
          inject: [Database, PluginHost, PluginRegistry, ListeningService, Suppression],
          useFactory: (database: Database, host: PluginHost, registry: PluginRegistry, listening: ListeningService, suppression: Suppression) => new WhyService(database, host, registry, listening, suppression),
        },
        { provide: Intake, useExisting: ListeningService },
      ],
      exports: [WhyService, MayAnswer, LookAgain, Suppression, HearingRulesService, ListeningService, Intake, LivingThreads],
    };
  }
}

/** What staff ask of it. */
@Module({ imports: [ConversationsModule], providers: [WhyResolver, LookAgainResolver] })
export class ListeningApiModule {}
