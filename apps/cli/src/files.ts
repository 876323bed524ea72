import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StartError } from '@earshot/core/errors';

/** The absolute path of a file that is there. @throws StartError */
export const fileToRead = (path: string, of: string): string => {
  const file = resolve(path);
  const seen = statSync(file, { throwIfNoEntry: false });
  if (seen === undefined) throw new StartError('BAD_SETTINGS', `There is no file ${file}.`, `Give the path of ${of}.`);
  // What comes through a pipe cannot be read twice, which finding out its encoding and format takes.
  if (!seen.isFile()) throw new StartError('BAD_SETTINGS', `${file} is ${seen.isDirectory() ? 'a folder' : 'no file that can be read twice'}.`, `Give the path of ${of}; what comes through a pipe, write into a file first.`);
  return file;
};

const written = (path: string, write: (file: string) => void): string => {
  const file = resolve(path);
  try {
    write(file);
    return file;
  } catch (cause) {
    throw new StartError('BAD_SETTINGS', `${file} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, 'Give the path of a file in a folder that is there and that you may write to.', { cause });
  }
};

/**
 * The absolute path of a file that can be written, made where there is none, before anything is done of which it shall tell.
 * @param mode who may read it, where not everybody may
 * @throws StartError
 */
export const fileToWrite = (path: string, mode = 0o666): string => written(path, (file) => closeSync(openSync(file, 'a', mode)));

/** @throws StartError */
export const writeOut = (path: string, text: string): string => written(path, (file) => writeFileSync(file, text));
