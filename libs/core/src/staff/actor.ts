export type Role = 'administrator' | 'librarian' | 'observer';

/** What a token may do, beside what its owner's role allows. A person's session has no such limit. */
export const tokenScopes = ['read', 'triage', 'follow', 'draft', 'administer'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Who acts: a signed-in person, a token, or the system actor of a library. */
export interface Actor {
  readonly id: string;
  readonly kind: 'person' | 'token' | 'system';
  /** Of a token. */
  readonly scopes?: readonly TokenScope[];
}
