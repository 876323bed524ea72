import pg, { type ClientConfig } from 'pg';

/**
 * A client that outlives the death of its server: what is asked of it fails, and nothing else does.
 *
 * A dying server may be told of twice, by a broken socket and then by its own last message that was still to be read. Pools and query runners
 * listen for the first and let go of the client; the second found no listener and ended the process (pg 8.23, 2026-11-26).
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
