import type { Secrets } from '@earshot/plugin-sdk';
import { RemoteError } from '@earshot/plugin-sdk';
import type { z } from 'zod';
import type { Database } from '../../database/index.js';
import { SealError, type SecretKeys } from './secret-keys.js';

interface SecretRow {
  readonly sealed: Buffer;
  readonly version: number;
}

/** Another process replaced the secrets since they were read here. */
export class SecretsChanged extends Error {
  override readonly name = 'SecretsChanged';
}

/**
 * An account's secrets in this process. The newest version is asked for by {@link refresh}: before each opening, and at a
 * heart-beat that tells of a newer one.
 */
export class AccountSecrets implements Secrets<unknown> {
  private held: { readonly value: unknown; readonly version: number } | undefined;

  constructor(
    private readonly accountId: string,
    private readonly schema: z.ZodType | undefined,
    private readonly database: Database,
    private readonly keys: SecretKeys,
  ) {}

  /** 0 where none were stored. */
  get version(): number {
    return this.held?.version ?? 0;
  }

  /** What is held, if anything: for keeping it out of logs. */
  peek(): unknown {
    return this.held?.value;
  }

  async refresh(): Promise<void> {
    const [row] = await this.database.listening((tx) => tx.query<SecretRow>('select sealed, version from account_secret where account_id = $1', [this.accountId]));
    if (this.held === undefined || this.held.version !== (row?.version ?? 0)) this.hold(row);
  }

  /** @throws RemoteError auth where nothing fitting is stored: somebody has to sign in. */
  read(): unknown {
    if (this.schema === undefined) return {};
    if (this.held?.value === undefined) throw new RemoteError('auth', 'Nobody has signed in yet.');
    return this.held.value;
  }

  async replace(next: unknown): Promise<void> {
    if (this.schema === undefined) throw new TypeError('this plugin declares no secrets');
    const value = this.schema.parse(next);
    const sealed = this.keys.seal(this.accountId, JSON.stringify(value));
    const seen = this.version;
    const newer = await this.database.listening((tx) =>
      tx.query<SecretRow>(
        `insert into account_secret(account_id, sealed, version) values ($1, $2, $3 + 1)
         on conflict (account_id) do update set sealed = excluded.sealed, version = excluded.version, changed_at = now()
           where account_secret.version = $3
         returning sealed, version`,
        [this.accountId, sealed, seen],
      ),
    );
    if (newer.length === 0) {
      await this.refresh();
      throw new SecretsChanged('the secrets were replaced by another process meanwhile');
    }
    this.held = { value, version: seen + 1 };
  }

  private hold(row: SecretRow | undefined): void {
    const read = this.schema?.safeParse(row === undefined ? {} : this.plainOf(row.sealed));
    this.held = { value: read?.success ? read.data : undefined, version: row?.version ?? 0 };
  }

  /** What no longer opens counts as not there: signing in again is the cure, and takes the current key. */
  private plainOf(sealed: Buffer): unknown {
    try {
      return JSON.parse(this.keys.open(this.accountId, sealed));
    } catch (error) {
      if (error instanceof SealError) return undefined;
      throw error;
    }
  }
}
