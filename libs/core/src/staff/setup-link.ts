import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database, newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { emailOf, lineOf } from './input.js';
import { hashPassword, requireGoodPassword } from './passwords.js';
import { hashOf, newSecretText } from './secret-text.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignIn, type SignedIn } from './sign-in.service.js';

const validHours = 24;

const foundingInput = z.object({
  key: z.string('The key is missing.').min(1, 'The key is missing.').max(200),
  library: lineOf("The library's name", 200),
  kind: z.enum(['library', 'consortium']),
  name: lineOf('Your name', 200),
  email: emailOf,
  password: z.string('The password is missing.'),
});

/**
 * How an empty installation gets its first administrator: by a link that is shown on the terminal, holds for a day, and once.
 * States: none → offered (a newer one replaces it) → used; past that, and wherever there is a person, none is offered.
 */
@Injectable()
export class SetupLink {
  constructor(private readonly database: Database, private readonly signIn: SignIn, private readonly attempts: SignInAttempts) {}

  /** @returns the key for `/setup?key=…`; undefined where somebody can sign in already. */
  async issue(): Promise<string | undefined> {
    const { text, hash } = newSecretText();
    const [row] = await this.database.beforeSignIn<{ offered: boolean | null }>('select offer_setup($1, now() + make_interval(hours => $2)) as offered', [hash, validHours]);
    return row?.offered ? text : undefined;
  }

  /** Makes the first library and its administrator, and signs them in. @throws PlatformError BAD_INPUT with the field that it is about; TOO_MANY_REQUESTS after many. */
  async use(founding: unknown, address: string): Promise<SignedIn> {
    const { key, library, kind, name, email, password } = foundingInput.parse(founding);
    requireGoodPassword(password);
    const attempt = await this.attempts.takeOfLink(address);
    const actorId = newId();
    const [row] = await this.database.beforeSignIn<{ founded: boolean }>('select found_installation($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as founded', [
      hashOf(key), newId(), library, handleOf(library), kind, actorId, name, email, await hashPassword(password), newId(),
    ]);
    if (!row?.founded) throw new PlatformError('BAD_INPUT', 'This link was used already, was replaced by a newer one, or is too old. Start Earshot again for another.', 'key');
    await this.attempts.succeeded(attempt);
    return this.signIn.openSession(actorId);
  }
}

/** "Bücherei St. Peter" → "bucherei-st-peter". */
export const handleOf = (name: string): string =>
  name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '') || 'library';
