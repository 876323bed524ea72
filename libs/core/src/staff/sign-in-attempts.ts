import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { networkOf } from './network-of.js';
import { hashOf } from './secret-text.js';

interface Limit {
  readonly key: string;
  /** Failures of an hour that cost nothing; then the wait doubles, up to `longest` seconds. */
  readonly free: number;
  readonly longest: number;
}

/** An attempt that was counted, until it is known to be right. */
interface SignInAttempt {
  /** Where an account was named: the two together. */
  readonly place?: Limit;
  readonly others: readonly Limit[];
}

/**
 * Slows guessing down, and locks nobody out: whoever waits as long as they are told may try again.
 *
 * Most strictly by account and address together, so that nobody keeps a person out from elsewhere; by address alone against one who tries many
 * accounts; and mildly by account alone, against many addresses. The last two do not hold where that person signed in before: others could fill
 * them for as long as they like. Nothing is stored readably.
 */
@Injectable()
export class SignInAttempts {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before its password is looked at, whether or not there is such a person: attempts at the same moment count as well.
   * @param account as `accountName` writes it
   * @throws PlatformError TOO_MANY_REQUESTS, with the seconds to wait in its message.
   */
  async take(account: string, address: string): Promise<SignInAttempt> {
    const network = networkOf(address);
    const place = limit({ free: 5, longest: 900 }, 'account and address', account, network);
    const others = (await this.known(place)) ? [] : [ofAddress(network), limit({ free: 50, longest: 30 }, 'account', account)];
    await this.count([place, ...others]);
    return { place, others };
  }

  /** For what is guessed without naming an account: the secret of a link. The work of looking at it is what is limited. @throws as `take` */
  async takeOfLink(address: string): Promise<SignInAttempt> {
    const others = [ofAddress(networkOf(address))];
    await this.count(others);
    return { others };
  }

  async succeeded({ place, others }: SignInAttempt): Promise<void> {
    await this.database.beforeSignIn('select sign_in_succeeded($1, $2)', [place?.key ?? null, others.map(({ key }) => key)]);
  }

  private async known({ key }: Limit): Promise<boolean> {
    const [row] = await this.database.beforeSignIn<{ known: boolean }>('select sign_in_place_known($1) as known', [key]);
    return row?.known ?? false;
  }

  private async count(limits: readonly Limit[]): Promise<void> {
    const [row] = await this.database.beforeSignIn<{ wait: number }>(`select take_sign_in_attempt($1, $2, $3) as wait`, [
      limits.map(({ key }) => key),
      limits.map(({ free }) => free),
      limits.map(({ longest }) => longest),
    ]);
    const wait = row?.wait ?? 0;
    if (wait > 0) throw new PlatformError('TOO_MANY_REQUESTS', `Too many attempts. Try again in ${wait} seconds.`);
  }
}

/** How an account is named by whoever signs in: the one spelling under which it is counted, and looked up. Were it looked up by another, each spelling would have attempts of its own. */
export const accountName = (email: string): string => email.trim().toLowerCase();

const limit = (of: Omit<Limit, 'key'>, ...parts: readonly string[]): Limit => ({ ...of, key: hashOf(parts.join('\n')).toString('base64url') });
const ofAddress = (network: string): Limit => limit({ free: 50, longest: 900 }, 'address', network);
