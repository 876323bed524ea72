import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ConnectionTarget, findRunningDatabase } from '@earshot/core/database/embedded';
import type { Client, QueryResultRow } from 'pg';
import { EarshotProcess } from '../../e2e/earshot-process.ts';
import type { Round } from '../frame/round.ts';
import { askOnce, connected, key } from './cluster.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** As `npm start` runs it, with the suite's plugin and clock at hand. */
const program = ['--disable-warning=ExperimentalWarning', '--import', pathToFileURL(join(root, 'test/faults/network/at-hand.mjs')).href, '--max-semi-space-size=16', join(root, 'apps/cli/bin/earshot.js')];

const urlOf = ({ host, port, user, password, database }: ConnectionTarget): string =>
  `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;

/** One database, and the Earshots on it that come and go. */
export class Installation {
  readonly processes: EarshotProcess[] = [];
  private readonly round: Round;
  private readonly database: () => Promise<ConnectionTarget>;
  private readonly settings: Readonly<Record<string, string>>;

  private constructor(round: Round, database: () => Promise<ConnectionTarget>, settings: Readonly<Record<string, string>>) {
    this.round = round;
    this.database = database;
    this.settings = settings;
  }

  /** `through`: by which address the processes reach the database, where that is another than ours. */
  static open(round: Round, database: ConnectionTarget, through: Partial<ConnectionTarget> = {}): Promise<Installation> {
    return Installation.made(round, () => Promise.resolve(database), { DATABASE_URL: urlOf({ ...database, ...through }), EARSHOT_DATA: join(round.folder, 'data') });
  }

  /** On the PostgreSQL that Earshot itself runs in this folder; until it does, nothing can be asked. */
  static embedded(round: Round, data: string): Promise<Installation> {
    // A server that outlives its Earshot still answers where it did.
    let last: ConnectionTarget | undefined;
    const target = async (): Promise<ConnectionTarget> => {
      const running = await findRunningDatabase(data);
      if (running !== undefined) last = { ...running, database: 'earshot' };
      if (last === undefined) throw new Error('no Earshot has run here yet');
      return last;
    };
    return Installation.made(round, target, { EARSHOT_DATA: data });
  }

  private static async made(round: Round, database: () => Promise<ConnectionTarget>, settings: Readonly<Record<string, string>>): Promise<Installation> {
    await writeFile(join(round.folder, 'earshot.config.json'), JSON.stringify({ plugins: ['earshot-plugin-faults'] }));
    const installation = new Installation(round, database, { EARSHOT_KEY: key.toString('base64'), EARSHOT_UNDO_SECONDS: '0', FAULTS_CLOCK: join(round.folder, 'clock'), ...settings });
    round.afterwards(() => installation.close());
    return installation;
  }

  /** A process, as soon as it was begun. */
  run(words: readonly string[], settings: Readonly<Record<string, string>> = {}): EarshotProcess {
    const process = new EarshotProcess(words, { ...this.settings, ...settings }, this.round.folder, program);
    this.processes.push(process);
    return process;
  }

  /** A whole one, or one of these roles, once it answers. */
  async start(roles = 'api,listen,work', settings: Readonly<Record<string, string>> = {}): Promise<EarshotProcess> {
    const process = this.run(['start'], { EARSHOT_ROLES: roles, ...settings });
    await process.until(/listens at/);
    return process;
  }

  /** In order, which must succeed: whatever still runs. */
  async stop(): Promise<void> {
    for (const process of this.living()) {
      process.interrupt();
      const code = await process.end();
      if (code !== 0) this.round.wrong(`a process that was asked to stop ended with ${code}`);
    }
  }

  living(): readonly EarshotProcess[] {
    return this.processes.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  }

  async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return askOnce<Row>(await this.database(), sql, values);
  }

  /** All that `look` asks is of one moment. */
  async snapshot<T>(look: (client: Client) => Promise<T>): Promise<T> {
    return connected(await this.database(), async (client) => {
      await client.query('begin isolation level repeatable read read only');
      return look(client);
    });
  }

  private async close(): Promise<void> {
    for (const [n, process] of this.processes.entries()) {
      await process.kill();
      await writeFile(join(this.round.folder, `process-${n + 1}.log`), process.said);
    }
  }
}
