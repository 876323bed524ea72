import { isRemoteError } from '@earshot/plugin-sdk';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { AccountHealth, HostOptions, PluginSignIns } from '../plugins/index.js';
import { Audit } from '../staff/index.js';
import { AccountRestarts } from './account-restarts.js';
import { answerOf } from './account-sign-in.service.js';
import { AccountWrites } from './account-writes.repository.js';
import { accountColumns, type AccountRow } from './account.row.js';
import { SignInTickets } from './sign-in-tickets.repository.js';

/** An account that somebody at the terminal named, and the system actor of its library. */
export interface NamedAccount {
  readonly id: string;
  readonly actorId: string;
}

/** A sign-in that was begun here and ends here: what the plugin wants to see again stays in this process. */
export interface TerminalSignInBegun {
  readonly url: URL;
  /** Takes the address that the browser shows at last, or the network's code. Once. */
  finish(answer: string): Promise<AccountRow>;
}

/**
 * Signing in from the terminal of the machine, whose administrators have every right: acts as the library's system actor, and the audit log
 * names nobody. Failures are PlatformErrors whose messages are for the person at the terminal.
 */
export class TerminalSignIn {
  private readonly writes = new AccountWrites();
  private readonly restarts = new AccountRestarts(this.writes, new AccountHealth());
  private readonly audit = new Audit();

  constructor(
    private readonly database: Database,
    private readonly plugins: PluginSignIns,
    private readonly host: HostOptions,
  ) {}

  async begin(named: NamedAccount): Promise<TerminalSignInBegun> {
    const { plugin } = await this.database.working(named.actorId, (tx) => this.locked(tx, named.id));
    if (!this.plugins.offeredBy(plugin)) throw new PlatformError('BAD_INPUT', 'One does not sign in to this kind of account on a page of its network: store its secrets instead.');
    const callback = this.host.callbackUrl();
    if (callback === undefined) throw new PlatformError('UNAVAILABLE', 'Networks send people back to the address of this installation, which it does not know: set EARSHOT_PUBLIC_URL.');
    const ticket = new SignInTickets(this.database, this.host).newTicket();
    const { url, state } = await inWords(() => this.plugins.begin(named.id, callback, ticket));
    return {
      url,
      finish: async (answer) => {
        const query = answerOf(answer);
        if ((query.get('state') ?? ticket) !== ticket) throw new PlatformError('BAD_INPUT', 'This address belongs to another sign-in.');
        return this.finish(named, query, state);
      },
    };
  }

  private async finish({ id, actorId }: NamedAccount, query: URLSearchParams, state: string): Promise<AccountRow> {
    const { secrets, before } = await inWords(() => this.plugins.finish(id, query, state));
    await this.database.working(actorId, async (tx) => {
      const account = await this.restarts.signedIn(tx, await this.locked(tx, id), this.host.secretKeys.seal(id, secrets), before);
      if (account === undefined) throw new PlatformError('CONFLICT', 'Meanwhile the secrets of this account were replaced: nothing was changed. Begin again.');
      await this.audit.record(tx, { libraryId: account.libraryId, actorId: undefined, action: 'account.signed-in', subjectKind: 'account', subjectId: id });
      tx.hint({ kind: 'account', id, library: account.libraryId });
    });
    await this.plugins.identify(id);
    return this.database.working(actorId, (tx) => this.locked(tx, id));
  }

  private async locked(tx: Tx, id: string): Promise<AccountRow> {
    const [account] = await tx.query<AccountRow>(`select ${accountColumns} from account a where a.id = $1 and a.removed_at is null and a.library_id in (select scope()) for update`, [id]);
    if (account === undefined) throw new PlatformError('NOT_FOUND', 'There is no such account.');
    return account;
  }
}

const inWords = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!isRemoteError(error)) throw error;
    throw new PlatformError('UNAVAILABLE', error.message, undefined, { cause: error });
  }
};
