/** What went wrong on the far side, in the one vocabulary by which the host acts. */
export const remoteErrorKinds = ['auth', 'rate-limited', 'unreachable', 'rejected', 'invalid-data', 'cursor-lost', 'outcome-unknown'] as const;
export type RemoteErrorKind = (typeof remoteErrorKinds)[number];

export interface RemoteErrorFacts {
  /** `rate-limited`: not before this moment. */
  readonly retryAfter?: Date;
  /** `unreachable`: the host whose circuit breaker counts it. */
  readonly host?: string;
  /** `cursor-lost`: from when on the source can still read; absent when it only knows "from now". */
  readonly readableFrom?: Date;
  /** `invalid-data`: shape and hash of what could not be read, never its text. */
  readonly digest?: string;
  readonly cause?: unknown;
}

/** The only error a plugin throws on purpose. Anything else that leaves a plugin is a bug of the plugin: its channel is quarantined. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';

  constructor(
    readonly kind: RemoteErrorKind,
    /** Shown to staff: what happened, in plain words. */
    message: string,
    readonly facts: RemoteErrorFacts = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
  }
}

/** Recognises a RemoteError of any copy of this package: an outsider's plugin may bring its own. */
export const isRemoteError = (error: unknown): error is RemoteError =>
  error instanceof Error && error.name === 'RemoteError' && remoteErrorKinds.includes((error as { kind?: unknown }).kind as RemoteErrorKind);
