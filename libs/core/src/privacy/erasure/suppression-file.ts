import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A keyed hash of what must not come in again. It names nobody. */
export interface SuppressedHash {
  readonly kind: 'profile' | 'post';
  readonly hash: Buffer;
}

/** What was erased, kept beside the database and not in it: whoever puts an older database back still knows. */
export abstract class SuppressionJournal {
  /** On the disk when it resolves. */
  abstract append(hashes: readonly SuppressedHash[]): Promise<void>;
  abstract read(): Promise<readonly SuppressedHash[]>;
}

const line = /^(profile|post) ([0-9a-f]{64})$/;

/** The journal as a text file, a hash a line, only ever added to. A line that was cut off by a crash is passed over: its erasure did not commit. */
export class SuppressionFile extends SuppressionJournal {
  constructor(private readonly path: string) {
    super();
  }

  async append(hashes: readonly SuppressedHash[]): Promise<void> {
    if (hashes.length === 0) return;
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, 'a', 0o600);
    try {
      // A line that was cut off ends here.
      await file.write(`\n${hashes.map(({ kind, hash }) => `${kind} ${hash.toString('hex')}\n`).join('')}`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async read(): Promise<readonly SuppressedHash[]> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const hashes = new Map<string, SuppressedHash>();
    for (const written of text.split('\n')) {
      const [, kind, hash] = line.exec(written) ?? [];
      if (hash !== undefined) hashes.set(hash, { kind: kind as SuppressedHash['kind'], hash: Buffer.from(hash, 'hex') });
    }
    return [...hashes.values()];
  }
}
