import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess: of a session, a token, a one-time link. Shown to its owner once; only its hash is stored. */
export interface SecretText {
  readonly text: string;
  readonly hash: Buffer;
}

/** SHA-256 is enough for a secret that is random itself: there is no dictionary to try. */
export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

export const newSecretText = (prefix = ''): SecretText => {
  const text = prefix + randomBytes(32).toString('base64url');
  return { text, hash: hashOf(text) };
};
