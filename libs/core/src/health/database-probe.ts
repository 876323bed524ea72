import { type ClientConfig } from 'pg';
import { SteadyClient, knownMigrations } from '../database/index.js';
import { isConnectionLost } from '../errors/index.js';

/** What is wrong with the database, in words without a name or an address; undefined where nothing is. */
export type DatabaseSeen = { readonly wrong?: string; readonly newer?: true };

const deadlineMs = 2_000;
/** Whoever asks more often is told what was seen then: nobody keeps the database busy by asking how it does. */
const reusedMs = 1_000;

/**
 * Asks the database whether it lets us in, answers, and has had this program's migrations. Over a connection of its own, made each time: a pool that others
 * have emptied says nothing about the server, and one that is open says nothing about whether the next will be. Never rejects, and never takes
 * longer than its deadline; however many ask at once, one question is under way.
 */
export class DatabaseProbe {
  private asking: Promise<DatabaseSeen> | undefined;
  private last: { readonly seen: DatabaseSeen; readonly at: number } | undefined;

  constructor(private readonly connection: ClientConfig, private readonly withinMs = deadlineMs) {}

  look(): Promise<DatabaseSeen> {
    if (this.last !== undefined && performance.now() - this.last.at < reusedMs) return Promise.resolve(this.last.seen);
    this.asking ??= this.ask().then((seen) => {
      this.asking = undefined;
      this.last = { seen, at: performance.now() };
      return seen;
    });
    return this.asking;
  }

  private async ask(): Promise<DatabaseSeen> {
    const client = new SteadyClient({ ...this.connection, application_name: 'earshot-health', connectionTimeoutMillis: this.withinMs });
    const { promise: late, resolve } = Promise.withResolvers<DatabaseSeen>();
    const timer = setTimeout(() => resolve({ wrong: `The database does not answer within ${this.withinMs / 1_000} s.` }), this.withinMs);
    try {
      return await Promise.race([look(client), late]);
    } catch (error) {
      return { wrong: inWords(error) };
    } finally {
      clearTimeout(timer);
      // With a question still under way it cuts the connection; nobody waits for it.
      void client.end().catch(() => {});
    }
  }
}

const look = async (client: SteadyClient): Promise<DatabaseSeen> => {
  await client.connect();
  const { rows } = await client.query<{ name: string }>('select name from migrations');
  const applied = new Set(rows.map(({ name }) => name));
  const missing = knownMigrations.filter((name) => !applied.has(name));
  if (missing.length > 0) return { wrong: `The database lacks migrations of this program: ${missing.join(', ')}.` };
  // It was migrated beside us, which older programs bear.
  return applied.size > knownMigrations.length ? { newer: true } : {};
};

const known: Readonly<Record<string, string>> = {
  '57P03': 'The database is starting or stopping.',
  '53300': 'The database takes no more connections.',
  '28P01': 'The database does not let us in.',
  '28000': 'The database does not let us in.',
  '3D000': 'The database is not there.',
  '42501': 'The database does not let us see which migrations it had.',
  ECONNREFUSED: 'The database refuses connections.',
};

const inWords = (error: unknown): string => {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  if (known[code] !== undefined) return known[code];
  return isConnectionLost(error) ? 'The database cannot be reached.' : `The database does not answer${/^\w{1,20}$/.test(code) ? ` (${code})` : ''}.`;
};
