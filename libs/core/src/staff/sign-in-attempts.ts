import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { hashOf } from './secret-text.js';

interface Limit {
  readonly key: string;
  /** Failures of an hour that cost nothing; then the wait doubles, up to `longest` seconds. */
  readonly free: number;
  readonly longest: number;
}

/** Slows guessing down, and locks nobody out: whoever waits as long as they are told may try again. */
@Injectable()
export class SignInAttempts {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before its password is looked at, whether or not there is such a person: attempts at the same moment count as well.
   * @throws PlatformError TOO_MANY_REQUESTS, with the seconds to wait in its message.
   */
  async take(email: string, address: string): Promise<void> {
    const limits = limitsOf(email, address);
    const [row] = await this.database.beforeSignIn<{ wait: number }>(`select take_sign_in_attempt($1, $2, $3) as wait`, [
      limits.map(({ key }) => key),
      limits.map(({ free }) => free),
      limits.map(({ longest }) => longest),
    ]);
    const wait = row?.wait ?? 0;
    if (wait > 0) throw new PlatformError('TOO_MANY_REQUESTS', `Too many attempts. Try again in ${wait} seconds.`);
  }

  async succeeded(email: string, address: string): Promise<void> {
    const [together] = limitsOf(email, address);
    await this.database.beforeSignIn(`select forget_sign_in_attempts($1)`, [[together.key]]);
  }
}

/**
 * Most strictly by account and address together, so that nobody keeps a person out from elsewhere; by address alone against one who tries many accounts;
 * and mildly by account alone, against many addresses. Neither is stored readably.
 */
const limitsOf = (email: string, address: string): readonly [Limit, Limit, Limit] => {
  const account = email.trim().toLowerCase();
  const key = (...parts: readonly string[]): string => hashOf(parts.join('\n')).toString('base64url');
  return [
    { key: key('account and address', account, address), free: 5, longest: 900 },
    { key: key('address', address), free: 50, longest: 900 },
    { key: key('account', account), free: 50, longest: 30 },
  ];
};
