import type { Tx } from '../database/index.js';

/** Who must know that somebody stopped something. Declared here so that stopping knows nothing of how staff are told. */
export abstract class StopNews {
  /** In the transaction that stops it; it must neither fail it nor take long. */
  abstract stopped(tx: Tx, stop: { readonly stopId: string; /** Null: the whole installation. */ readonly libraryId: string | null }): Promise<void>;
}
