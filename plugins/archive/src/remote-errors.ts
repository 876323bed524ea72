import { RemoteError, isRemoteError } from '@earshot/plugin-sdk';

const codeOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '');

const words: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file on the server.',
  EACCES: 'Earshot may not read this file.',
  EPERM: 'Earshot may not read this file.',
  EISDIR: 'This is a folder, not a file.',
  ENOTDIR: 'There is no such file on the server.',
};

/**
 * What a failure of the file system or of unpacking means to the host.
 *
 * A file that is missing or forbidden is `unreachable`: it may come back, as a network drive does. Damaged packing is `invalid-data`.
 */
export const remoteErrorFrom = (error: unknown): RemoteError => {
  if (isRemoteError(error)) return error;
  const code = codeOf(error);
  if (code.startsWith('Z_')) return new RemoteError('invalid-data', 'The archive is damaged or cut off: it cannot be unpacked to its end.', { cause: error });
  return new RemoteError('unreachable', words[code] ?? `The file could not be read (${code === '' ? 'unknown reason' : code}).`, { cause: error });
};

export const notAllowed = (): RemoteError => new RemoteError('invalid-data', 'This file is outside of the account\'s path.');

export const changed = (): RemoteError =>
  new RemoteError('cursor-lost', 'The file has changed since it was read; it is read again from its beginning.', { readableFrom: new Date(0) });

export const unknownFormat = (what: string): RemoteError => new RemoteError('invalid-data', what);

/** NOTE: also an upload that is still under way ends like this; the file then changes, and is read again. */
export const cutOff = (): RemoteError => new RemoteError('invalid-data', 'The file ends within its list of activities: it is cut off.');
