import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Authority } from './actor.js';
import { clientInput } from './input.js';
import { checkPassword, hashPassword, passwordLength, requireGoodPassword } from './passwords.js';
import { hashOf, newSecretText } from './secret-text.js';
import { clientSessionPrefix, SessionsRepository } from './sessions.repository.js';
import { accountName, SignInAttempts } from './sign-in-attempts.js';
import { StaffOptions } from './staff.options.js';

export interface SignedIn {
  readonly actorId: string;
  readonly sessionId: string;
  /** For the cookie, and for nothing else. */
  readonly secret: string;
}

/** Somebody who signed in from another client than a browser. */
export interface SignedInClient {
  readonly actorId: string;
  readonly sessionId: string;
  /** For `Authorization: Bearer …`: told once. */
  readonly secret: string;
  readonly expiresAt: Date;
}

/** Nothing prolongs it: a secret that a program keeps in some file is worth no more than one day at work. */
const clientHours = 12;

@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly attempts: SignInAttempts,
    private readonly sessions: SessionsRepository,
    private readonly options: StaffOptions,
  ) {}

  /**
   * @param address of whoever asks, for the limit.
   * @throws PlatformError UNAUTHENTICATED, in the same words and after the same time for a wrong password, an unknown address and a deactivated person;
   *   TOO_MANY_REQUESTS after many failures.
   */
  async withPassword(email: string, password: string, address: string): Promise<SignedIn> {
    return this.openSession(await this.personWith(email, password, address));
  }

  /**
   * Signs a person in from another client than a browser. The session is theirs as any: it is listed, ended, and ends with the password as the others do.
   * @param client what it is to be called in that list.
   * @throws as `withPassword`; ZodError where the client has no name
   */
  async asClient(email: string, password: string, address: string, client: string): Promise<SignedInClient> {
    const { client: name } = clientInput.parse({ client });
    const actorId = await this.personWith(email, password, address);
    const { text, hash } = newSecretText(clientSessionPrefix);
    const { id, expiresAt } = await this.sessions.openClient(actorId, hash, { client: name, hours: Math.min(clientHours, this.options.sessionHours) });
    return { actorId, sessionId: id, secret: text, expiresAt };
  }

  private async personWith(email: string, password: string, address: string): Promise<string> {
    const account = accountName(email);
    const attempt = await this.attempts.take(account, address);
    const [person] = await this.database.beforeSignIn<{ actor_id: string; password_hash: string | null }>('select actor_id, password_hash from sign_in_person($1)', [account]);
    // A password longer than any that we took cannot be right, and is not worth hashing; neither tells who exists.
    const check = await checkPassword(password.slice(0, passwordLength.most * 4), person?.password_hash);
    if (check === 'wrong' || person === undefined) throw new PlatformError('UNAUTHENTICATED', 'This e-mail address and password do not belong together.');
    await this.attempts.succeeded(attempt);
    if (check === 'right-and-outdated') await this.store(person.actor_id, await hashPassword(password));
    return person.actor_id;
  }

  /** Sets the password that a one-time link is for, ends the sessions of the old one, and signs in. @throws PlatformError BAD_INPUT where the link is used, expired or no link; TOO_MANY_REQUESTS after many. */
  async withPasswordLink(link: string, password: string, address: string): Promise<SignedIn> {
    requireGoodPassword(password);
    const attempt = await this.attempts.takeOfLink(address);
    const [row] = await this.database.beforeSignIn<{ actor: string | null }>('select take_password_link($1, $2) as actor', [hashOf(link), await hashPassword(password)]);
    if (row?.actor == null) throw new PlatformError('BAD_INPUT', 'This link was used already or is too old. Ask an administrator for another.', 'key');
    await this.attempts.succeeded(attempt);
    return this.openSession(row.actor);
  }

  /** Ends the person's other sessions. @throws PlatformError BAD_INPUT where `current` is not the password or the next is too short; TOO_MANY_REQUESTS: guessing is slowed here, too. */
  async changePassword({ actor, sessionId }: Authority, current: string, next: string, address: string): Promise<void> {
    requireGoodPassword(next, 'next');
    const [self] = await this.database.as(actor.id, (tx) => tx.query<{ email: string }>('select email from person where actor_id = $1', [actor.id]));
    if (self === undefined) throw new PlatformError('FORBIDDEN', 'Only a person has a password.');
    const account = accountName(self.email);
    const attempt = await this.attempts.take(account, address);
    const [person] = await this.database.beforeSignIn<{ password_hash: string | null }>('select password_hash from sign_in_person($1)', [account]);
    if ((await checkPassword(current, person?.password_hash)) === 'wrong') throw new PlatformError('BAD_INPUT', 'This is not your password.', 'current');
    await this.attempts.succeeded(attempt);
    await this.store(actor.id, await hashPassword(next));
    await this.sessions.revokeOthers(actor.id, sessionId);
  }

  async openSession(actorId: string): Promise<SignedIn> {
    const { text, hash } = newSecretText();
    const sessionId = await this.sessions.open(actorId, hash, this.options.sessionHours);
    return { actorId, sessionId, secret: text };
  }

  private async store(actorId: string, hash: string): Promise<void> {
    await this.database.as(actorId, (tx) => tx.query('update person set password_hash = $2 where actor_id = $1', [actorId, hash]));
  }
}
