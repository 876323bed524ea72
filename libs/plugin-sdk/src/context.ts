export interface Ctx<S, K> {
  readonly settings: S;
  /** replace: compare-and-swap under the lease; a failed refresh never erases what was there. */
  readonly secrets: { read(): K; replace(next: K): Promise<void> };
  /** Guarded against private addresses (also after redirects and DNS), timed, sized; the account's rate budget per host is shared by all processes. */
  readonly fetch: typeof fetch;
  connect(url: string, protocols?: readonly string[]): Promise<WebSocket>;
  readonly store: { get(key: string): Promise<unknown>; set(key: string, value: unknown): Promise<void> };
  readonly log: { info(message: string, facts?: object): void; warn(message: string, facts?: object): void };
  progress(done: number, of?: number): void;
  now(): Date;
  /** Settle within 5 s of abort; what does not is abandoned and quarantined. */
  readonly abort: AbortSignal;
}

