import { z } from 'zod';
import { roles, tokenScopes } from './actor.js';

/** One line that a person typed. Signs that would not show are refused, so that two names that look alike are alike. */
export const lineOf = (what: string, most: number) =>
  z
    .string()
    .trim()
    .min(1, `${what} is missing.`)
    .max(most, `${what} has at most ${most} characters.`)
    .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u, `${what} is one line of text.`)
    .transform((text) => text.normalize('NFC'));

export const emailOf = z.string().trim().toLowerCase().max(320).pipe(z.email('This is not an e-mail address.'));

export const invitationInput = z.object({ email: emailOf, name: lineOf('The name', 200), role: z.enum(roles) });
export type Invitation = z.infer<typeof invitationInput>;

export const clientInput = z.object({ client: lineOf('The name of the client', 100) });

export const tokenInput = z.object({
  name: lineOf('The name', 200),
  role: z.enum(roles),
  scopes: z.array(z.enum(tokenScopes)).min(1, 'A token needs a scope.').transform((scopes) => [...new Set(scopes)]),
  days: z.number().int().min(1, 'A token lasts a day at least.').max(730, 'A token lasts two years at most.'),
});
export type TokenWish = z.infer<typeof tokenInput>;
