/** Strongest first. A role at a library holds at every library below it. */
export const roles = ['administrator', 'librarian', 'observer'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` allows what `least` allows. */
export const reaches = (role: Role | undefined, least: Role): boolean => role !== undefined && roles.indexOf(role) <= roles.indexOf(least);

/** What a token may do, beside what its role allows. A person's session has no such limit. */
export const tokenScopes = ['read', 'triage', 'follow', 'draft', 'administer'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Who acts: a signed-in person, a token, or the system actor of a library. */
export interface Actor {
  readonly id: string;
  readonly kind: 'person' | 'token' | 'system';
  /** Of a token. */
  readonly scopes?: readonly TokenScope[];
}

/** An actor, and by what this request, or this socket, speaks for them. */
export interface Authority {
  readonly actor: Actor;
  /** A browser's session, another client's, or a token, by the SHA-256 of its secret: what `ActorResolver.renew` asks for again. */
  readonly by: { readonly kind: 'session' | 'client' | 'token'; readonly hash: Buffer };
  /** Of a session, whosesoever: its id, so that one's own can be told apart in a list. */
  readonly sessionId?: string;
}
