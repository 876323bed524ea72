import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Logger } from '../logging/index.js';

/**
 * When something was sent the last time from this machine, in a file of the data folder, outside of the database: a database that says something
 * earlier was put back.
 */
export class SentMark {
  constructor(private readonly path: string, private readonly log: Logger) {}

  /** Undefined where nothing was sent yet, or the file is lost: then it tells nothing. */
  async read(): Promise<Date | undefined> {
    const text = await readFile(this.path, 'utf8').catch(() => undefined);
    const at = text === undefined ? undefined : new Date(text.trim());
    return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
  }

  /** Never throws: what was sent is sent, and without the mark the database is believed. */
  async note(at: Date): Promise<void> {
    try {
      // Renamed, so that a process that is killed leaves the old one whole.
      await writeFile(`${this.path}.new`, `${at.toISOString()}\n`, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
    } catch (error) {
      this.log.warn('When something was sent could not be written into the data folder', { path: this.path, reason: (error as Error).message });
    }
  }
}
