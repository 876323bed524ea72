import { randomBytes } from 'node:crypto';
import { type Batch, RemoteError } from '@earshot/plugin-sdk';
import { Database } from '@earshot/core/database';
import {
  AccountHealth, type AccountTrouble, type ChannelLease, ChannelLeases, ChannelPlanner, ChannelRunner, type ChannelSign, ChannelSigns, ChannelStore, HostOptions, Intake, Network, type Origin, PluginContexts,
  type PluginRegistry, type RunnerLimits, SecretKeys, type Taken, loadPlugins,
} from '@earshot/core/plugins';
import { AccountPlans } from '../../libs/core/src/plugins/channels/account-plan.repository.js';
import { ChannelCare } from '../../libs/core/src/plugins/channels/channel-care.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { FakeClock } from './fake-clock.js';

/** Stores nothing but what belongs to the channel, and remembers what it was given. */
export class RememberingIntake extends Intake {
  readonly batches: { readonly key: string; readonly batch: Batch<unknown> }[] = [];
  /** Runs before the commit of a batch: to hold it up, or to fail it. */
  before: (lease: ChannelLease, batch: Batch<unknown>) => Promise<void> | void = () => {};
  beforeFetched: () => Promise<void> | void = () => {};
  /** Takes what channels bring in its place, and stores it. */
  passOnTo: Intake | undefined;

  constructor(
    private readonly database: Database,
    private readonly store: ChannelStore,
  ) {
    super();
  }

  async take(lease: ChannelLease, batch: Batch<unknown>): Promise<Taken> {
    await this.before(lease, batch);
    if (this.passOnTo !== undefined) return this.passOnTo.take(lease, batch);
    const unreadable = batch.events.filter((event) => event.kind === 'unreadable');
    const gaps = batch.events.filter((event) => event.kind === 'gap');
    const kept = batch.events.length - unreadable.length - gaps.length;
    await this.database.listening((tx) =>
      this.store.commit(tx, lease, {
        ...(batch.cursor === undefined ? {} : { cursor: batch.cursor }),
        ...(batch.heardUntil === undefined ? {} : { heardUntil: batch.heardUntil }),
        gaps, unreadable, counts: { kept, unreadable: unreadable.length },
      }),
    );
    this.batches.push({ key: lease.channelId, batch });
    return { events: batch.events.length, kept, dropped: { unreadable: unreadable.length }, conversations: 0, findings: 0 };
  }

  async takeFetched(_origin: Origin, batch: Batch<never>): Promise<Taken> {
    await this.beforeFetched();
    this.batches.push({ key: 'fetched', batch });
    return { events: batch.events.length, kept: batch.events.length, dropped: {}, conversations: 0, findings: 0 };
  }

  /** Ids of the posts stored so far, in their order. */
  posts(): readonly (string | undefined)[] {
    return this.batches.flatMap(({ batch }) => batch.events.flatMap((event) => (event.kind === 'post' ? [event.post.ref.id] : [])));
  }
}

/** A plugin that fetches finds nobody. */
class NoNetwork extends Network {
  for(): ReturnType<Network['for']> {
    const away = async (): Promise<never> => {
      throw new RemoteError('unreachable', 'There is no network in this test.');
    };
    return { fetch: away, connect: away };
  }
}

interface HostTold {
  readonly holder?: string;
  readonly limits?: Partial<RunnerLimits>;
  readonly publicUrl?: string;
  /** None where it is not told. */
  readonly network?: (options: HostOptions) => Network;
}

export interface ChannelRow {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly state_words: string | null;
  readonly cursor: unknown;
  readonly failures: number;
  readonly heard_until: Date | null;
  readonly next_in_ms: number;
  readonly lease_token: string;
  readonly removed_at: Date | null;
}

/** One process of listening, on a database that others may share. */
export class HostUnderTest {
  readonly clock = new FakeClock();
  readonly store = new ChannelStore();
  readonly intake: RememberingIntake;
  readonly signs = new ChannelSigns();
  readonly warnings: { readonly message: string; readonly facts: Record<string, unknown> }[] = [];
  readonly runner: ChannelRunner;
  readonly planner: ChannelPlanner;
  readonly contexts: PluginContexts;
  readonly options: HostOptions;
  readonly leases: ChannelLeases;
  /** Of what staff would be told. */
  readonly troubles: AccountTrouble[] = [];
  readonly seen: ChannelSign[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(readonly bed: TestBed, readonly registry: PluginRegistry, { holder = 'one', limits = {}, publicUrl, network = () => new NoNetwork() }: HostTold) {
    const { database } = bed;
    this.options = new HostOptions({
      secretKeys: bed.keys, holder, clock: this.clock, random: () => 0, runner: limits, ...(publicUrl === undefined ? {} : { publicUrl }),
      log: { info: () => {}, warn: (message, facts) => void this.warnings.push({ message, facts: facts as Record<string, unknown> }) },
    });
    this.intake = new RememberingIntake(database, this.store);
    this.contexts = new PluginContexts(database, registry, network(this.options), this.options);
    const health = new AccountHealth({ needsSomebody: async (_tx, _library, trouble) => void this.troubles.push(trouble) });
    this.leases = new ChannelLeases(database);
    const { leases } = this;
    this.planner = new ChannelPlanner(database, this.contexts, new AccountPlans(), health, leases, this.options);
    this.runner = new ChannelRunner(registry, this.contexts, this.intake, new ChannelCare(database, leases, this.planner, health), this.signs, this.options);
    this.signs.watch((sign) => {
      this.seen.push(sign);
      for (const look of this.waiting) look();
    });
  }

  static async start(bed: TestBed, plugins: readonly { readonly id: string }[], told: HostTold = {}): Promise<HostUnderTest> {
    const registry = await loadPlugins({ bundled: plugins.map((definition) => ({ name: definition.id, definition })), packages: [] });
    return new HostUnderTest(bed, registry, told);
  }

  /** The next sign of this kind that was not waited for yet. */
  async sign<Kind extends ChannelSign['kind']>(kind: Kind, key?: string): Promise<Extract<ChannelSign, { kind: Kind }>> {
    for (;;) {
      const at = this.seen.findIndex((sign) => sign.kind === kind && (key === undefined || ('key' in sign && sign.key === key)));
      if (at >= 0) return this.seen.splice(at, 1)[0] as Extract<ChannelSign, { kind: Kind }>;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.waiting.delete(look);
          resolve();
        };
        this.waiting.add(look);
      });
    }
  }

  /** Lets everything go on that waits for nothing but its turn. */
  calm(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve));
  }

  /** Looks; and again where an account was passed over because its health was just being written, as the next second's look would. */
  async look(): Promise<void> {
    const stale = `select 1 from account where plan_stale and removed_at is null and state = 'on' and plugin = any($1) and library_id not in (select stopped_libraries('listening'))`;
    do await this.runner.look();
    while ((await this.bed.scene.query(stale, [this.registry.sources()])).length > 0);
  }

  /** Looks, and waits until every channel that it opened has ended. */
  async turn(): Promise<void> {
    await this.look();
    const opened = this.seen.filter((sign) => sign.kind === 'opened').length;
    for (let n = 0; n < opened; n++) {
      await this.sign('opened');
      await this.sign('ended');
    }
  }
}

/** The database, a library, and hands to set the scene. */
export class TestBed {
  readonly keys = SecretKeys.of(randomBytes(32));

  private constructor(private readonly test: TestDatabase, readonly database: Database, readonly scene: Scene, readonly library: SceneLibrary) {}

  static async open(): Promise<TestBed> {
    const test = await createTestDatabase();
    const database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 8 } });
    const scene = await Scene.open(test);
    return new TestBed(test, database, scene, await scene.library());
  }

  async close(): Promise<void> {
    await this.scene.close();
    await this.database.close();
    // At once: a file with a bed for each of its fifty tests would have them all dropped by one hook, in whose time a busy disk is not done.
    await this.test.drop();
  }

  /** An account of this plugin that follows these feeds. */
  async account(plugin: string, feeds: readonly string[], settings: object = {}): Promise<string> {
    const account = await this.scene.account(this.library, { plugin, settings: JSON.stringify(settings) });
    await this.follow(account, feeds);
    return account;
  }

  async follow(account: string, feeds: readonly string[]): Promise<void> {
    const list = await this.scene.list(this.library);
    for (const key of feeds) await this.scene.follow(this.library, list, account, { kind: 'feed', key, label: key });
  }

  async channels(account: string): Promise<ChannelRow[]> {
    return this.scene.query<ChannelRow & Record<string, unknown>>(`select *, (extract(epoch from next_at - now()) * 1000)::int as next_in_ms from channel where account_id = $1 order by key`, [account]);
  }

  async channel(account: string, key: string): Promise<ChannelRow> {
    const found = (await this.channels(account)).find((row) => row.key === key);
    if (found === undefined) throw new Error(`there is no channel ${key}`);
    return found;
  }

  async health(account: string): Promise<{ health: string; health_words: string | null }> {
    const [row] = await this.scene.query<{ health: string; health_words: string | null }>('select health, health_words from account where id = $1', [account]);
    if (row === undefined) throw new Error('there is no such account');
    return row;
  }

  /** Lets the database's time pass, for what is stored of channels. */
  async elapse(ms: number): Promise<void> {
    await this.scene.query(`update channel set next_at = next_at - $1 * interval '1 millisecond', lease_until = lease_until - $1 * interval '1 millisecond'`, [ms]);
  }
}
