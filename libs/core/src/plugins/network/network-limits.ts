/** What one request of a plugin may take. */
export interface NetworkLimits {
  readonly connectMs: number;
  /** From the request to the end of the answer's headers. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** From the first request to the last byte, redirects included. */
  readonly totalMs: number;
  /** Of a body, after decompression. */
  readonly bodyBytes: number;
  /** Of one message of a WebSocket, after decompression. */
  readonly frameBytes: number;
  readonly redirects: number;
  /** Of one account at one host: requests a second in the long run, and at once. */
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Of the burst: what nobody waits for leaves so many to what somebody waits for. */
  readonly reserve: number;
  /** The longest that a request waits for its turn; a longer wait is told to the plugin as `rate-limited`. */
  readonly waitMs: number;
}

export const networkLimits: NetworkLimits = {
  connectMs: 10_000,
  headersMs: 30_000,
  idleMs: 30_000,
  totalMs: 300_000,
  bodyBytes: 50 * 1024 * 1024,
  frameBytes: 4 * 1024 * 1024,
  redirects: 5,
  // 300 requests in any five minutes, the burst among them: what the strictest of the networks that we know allow.
  ratePerSecond: 0.8,
  burst: 60,
  reserve: 20,
  waitMs: 15_000,
};
