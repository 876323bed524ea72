/** What the host keeps secret for an account: tokens and passwords, encrypted at rest. */
export interface Secrets<K> {
  /** The newest secrets, also when another process replaced them since the last call. */
  read(): K;
  /**
   * Compare-and-swap under the account's lease: replaces what {@link read} last returned here. When another process was faster,
   * nothing is written and this rejects; read again and go on with what it wrote. A failed refresh never erases what was there.
   */
  replace(next: K): Promise<void>;
}

/**
 * A small place to remember things between runs: JSON by key, the account's own, at most 64 kB a value. For many records use {@link Index}.
 * Never anybody's words, name or handle: whoever is forgotten by the host would go on here. Ids, hashes, marks and counts.
 */
export interface Store {
  /** `undefined` where nothing was set. Validate it: an earlier version of the plugin may have written it. */
  get(key: string): Promise<unknown>;
  /** Last writer wins; `undefined` removes. */
  set(key: string, value: unknown): Promise<void>;
}

/** Structured log. Facts are ids, counts and durations: never anybody's words, never tokens. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
}

/**
 * What the host lends to a running capability: the only way from a plugin to the world.
 *
 * @typeParam S - the account's settings, as its schema gives them
 * @typeParam K - the account's secrets, as their schema gives them
 */
export interface Ctx<S, K> {
  readonly settings: S;
  readonly secrets: Secrets<K>;
  /**
   * `fetch`, guarded: refuses private, loopback and link-local addresses (also after redirects and DNS), limits time and size, and
   * waits for the account's rate budget on that host, which all processes share. Not retried. Rejects with a
   * {@link RemoteError} `unreachable` when no answer came; an answer of any status resolves, as `fetch` does.
   */
  readonly fetch: typeof fetch;
  /** Opens a WebSocket behind the same guard; resolves when it is open, rejects with `unreachable`. Hand it to {@link fromSocket}. */
  connect(url: string, protocols?: readonly string[]): Promise<WebSocket>;
  /** Where the network may call this account ({@link Source.receive}); absent where the installation has no address that others know. */
  readonly webhook?: URL;
  readonly store: Store;
  readonly log: Log;
  /** For long work: `done` of `of` units of the plugin's choice, shown to staff. Call it as often as you like. */
  progress(done: number, of?: number): void;
  /** The time; tests and the practice network move it. Never use `Date.now()` for anything that the host sees. */
  now(): Date;
  /** Settle within 5 s of abort: return, or reject with anything. What does not settle is abandoned and quarantined. */
  readonly abort: AbortSignal;
}
