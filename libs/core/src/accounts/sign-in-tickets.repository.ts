import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { HostOptions } from '../plugins/index.js';
import { hashOf, newSecretText } from '../staff/index.js';

const holdsMinutes = 10;

export interface BegunSignIn {
  readonly accountId: string;
  /** As the plugin gave it, JSON. */
  readonly state: string;
}

interface TicketRow {
  readonly accountId: string;
  readonly sealed: Buffer;
}

/**
 * Sign-ins under way: kept sealed for ten minutes, each for the person who began it, and taken once. One for each person and account:
 * beginning again forgets the one before.
 */
@Injectable()
export class SignInTickets {
  constructor(
    private readonly database: Database,
    private readonly host: HostOptions,
  ) {}

  /** What goes to the network and comes back by the person: 256 random bits. */
  newTicket(): string {
    return newSecretText().text;
  }

  /** @returns until when it holds. */
  async keep(ticket: string, actorId: string, { accountId, state }: BegunSignIn): Promise<Date> {
    const [row] = await this.database.listening(async (tx) => {
      await tx.query('delete from account_sign_in where until < now() or (account_id = $1 and actor_id = $2)', [accountId, actorId]);
      return tx.query<{ until: Date }>(
        'insert into account_sign_in(hash, account_id, actor_id, sealed, until) values ($1, $2, $3, $4, now() + make_interval(mins => $5)) returning until',
        [hashOf(ticket), accountId, actorId, this.host.secretKeys.seal(`sign-in ${accountId}`, state), holdsMinutes],
      );
    });
    if (row === undefined) throw new Error('an insert of a sign-in gave no row');
    return row.until;
  }

  /** Undefined where it was never given, was taken, is too old, or belongs to somebody else, who keeps it. */
  take(ticket: string, actorId: string): Promise<BegunSignIn | undefined> {
    return this.taken('hash = $2', actorId, hashOf(ticket));
  }

  /** The same, for a person who brings nothing but the network's answer. */
  takeOf(accountId: string, actorId: string): Promise<BegunSignIn | undefined> {
    return this.taken('account_id = $2', actorId, accountId);
  }

  private async taken(which: string, actorId: string, value: unknown): Promise<BegunSignIn | undefined> {
    const [row] = await this.database.listening((tx) =>
      tx.query<TicketRow>(`delete from account_sign_in where actor_id = $1 and ${which} and until > now() returning account_id as "accountId", sealed`, [actorId, value]),
    );
    return row && { accountId: row.accountId, state: this.host.secretKeys.open(`sign-in ${row.accountId}`, row.sealed) };
  }
}
