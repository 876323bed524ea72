import type { ReadScope } from '../database/index.js';
import { PlatformError } from '../errors/index.js';

export interface ReaderLibrary {
  readonly id: string;
  readonly languages: readonly string[];
}

const read = new WeakMap<ReadScope, Promise<readonly ReaderLibrary[]>>();

/** The libraries whose conversations the reader of this request sees; asked once a request. */
export const readerLibraries = (reads: ReadScope): Promise<readonly ReaderLibrary[]> => {
  const known = read.get(reads);
  if (known !== undefined) return known;
  const asked = reads.prepared<ReaderLibrary>('select l.id, l.languages from actor_scope s join library l on l.id = s.library_id where s.actor_id = $1 order by l.id', [reads.actor]);
  read.set(reads, asked);
  return asked;
};

/**
 * Those of `wanted` or, without it, all.
 * @throws PlatformError NOT_FOUND where one is not the reader's: a list of nothing would look like an answer.
 */
export const chosenLibraries = async (reads: ReadScope, wanted: readonly string[] | undefined): Promise<readonly ReaderLibrary[]> => {
  const all = await readerLibraries(reads);
  if (wanted === undefined) return all;
  const chosen = all.filter((library) => wanted.includes(library.id));
  if (chosen.length < new Set(wanted).size) throw new PlatformError('NOT_FOUND', 'There is no such library among yours.', 'libraries');
  return chosen;
};
