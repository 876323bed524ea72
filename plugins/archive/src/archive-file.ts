import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip, gunzipSync, constants } from 'node:zlib';
import type { FileIdentity } from './cursor.js';
import { notAllowed, unknownFormat } from './remote-errors.js';
import { isTar, tarEntry } from './tar-entry.js';

const headSize = 64 * 1024;

/** How the list of activities lies in the file. */
export interface ArchiveFile {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly packing: 'none' | 'gzip' | 'gzip-tar' | 'tar';
  readonly form: 'lines' | 'document';
}

/** Unpacks the beginning of a gzip file. Deflate packs 1,032 to 1 at most: this much cannot become more than 17 MB. */
const unpackedHead = (head: Buffer): Buffer => gunzipSync(head.subarray(0, headSize / 4), { finishFlush: constants.Z_SYNC_FLUSH });

const isWholeJson = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !('orderedItems' in value) && !Array.isArray(value);
  } catch {
    return false;
  }
};

/** By its name where that tells, else by whether its first line is an object of its own. */
const formOf = (path: string, head: Buffer): ArchiveFile['form'] => {
  const name = basename(path).toLowerCase().replace(/\.gz$/, '');
  if (/\.(jsonl|ndjson)$/.test(name)) return 'lines';
  const text = head.toString('utf8').replace(/^\uFEFF/, '').trimStart();
  if (text !== '' && !text.startsWith('{') && !text.startsWith('[')) throw unknownFormat('The file is neither JSON, nor JSON lines, nor a .gz or .tar.gz of these.');
  return isWholeJson(text.split('\n', 1)[0] ?? '') ? 'lines' : 'document';
};

const packingOf = (head: Buffer): { readonly packing: ArchiveFile['packing']; readonly start: Buffer } => {
  if (head.subarray(0, 2).toString('latin1') === 'PK') throw unknownFormat('This is a .zip file: unpack it, and give the outbox.json that is in it.');
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  const start = isPacked ? unpackedHead(head) : head;
  if (isTar(start)) return { packing: isPacked ? 'gzip-tar' : 'tar', start };
  return { packing: isPacked ? 'gzip' : 'none', start };
};

/** Looks at the beginning of a file. Rejects with the file system's errors, and with a RemoteError for a format that is not read here. */
export const inspect = async (path: string): Promise<ArchiveFile> => {
  const file = await open(path, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headSize), 0, headSize, 0);
    const head = buffer.subarray(0, bytesRead);
    const { packing, start } = packingOf(head);
    const isTarred = packing === 'tar' || packing === 'gzip-tar';
    const identity = { size, mtimeMs, head: createHash('sha256').update(head).digest('hex') };
    return { path, identity, packing, form: isTarred ? 'document' : formOf(path, start) };
  } finally {
    await file.close();
  }
};

/**
 * The real path of a file that the account may read.
 *
 * @throws RemoteError when it, with its links followed, is neither the account's path nor inside of it.
 */
export const allowedPath = async (path: string, allowed: string): Promise<string> => {
  const [file, root] = await Promise.all([realpath(path), realpath(allowed)]);
  if (file !== root && !file.startsWith(root.endsWith(sep) ? root : root + sep)) throw notAllowed();
  return file;
};

/** Called now and then with how many bytes of the file itself were read. */
type OnRead = (bytes: number) => void;

const chunkSize = 64 * 1024;

async function* rawBytes(file: ArchiveFile, from: number, onRead: OnRead): AsyncGenerator<Buffer> {
  const isPacked = file.packing === 'gzip' || file.packing === 'gzip-tar';
  const raw = createReadStream(file.path, { start: isPacked ? 0 : from, highWaterMark: chunkSize });
  // Every error reaches the reader of what pipeline returns; its callback has nothing to add.
  const bytes: AsyncIterable<Buffer> = isPacked ? pipeline(raw, createGunzip({ chunkSize }), () => undefined) : raw;
  try {
    for await (const chunk of bytes) {
      yield chunk;
      onRead((isPacked ? 0 : from) + raw.bytesRead);
    }
  } finally {
    raw.destroy();
  }
}

async function* after(bytes: AsyncIterable<Buffer>, skip: number): AsyncGenerator<Buffer> {
  let left = skip;
  for await (const chunk of bytes) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** The bytes of the list of activities, from an offset on: sought in a plain file, unpacked and passed over in a packed one. */
export const listBytes = (file: ArchiveFile, from: number, onRead: OnRead): AsyncGenerator<Buffer> => {
  if (file.packing === 'none') return rawBytes(file, from, onRead);
  const unpacked = rawBytes(file, 0, onRead);
  return after(file.packing === 'gzip' ? unpacked : tarEntry(unpacked, 'outbox.json'), from);
};

const longestActor = 1024 * 1024;

const gathered = async (bytes: AsyncIterable<Buffer>): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytes) {
    parts.push(part);
    length += part.length;
    if (length > longestActor) return undefined;
  }
  return length === 0 ? undefined : Buffer.concat(parts).toString('utf8');
};

/** The text of the actor.json that a Mastodon export has in the same archive, or beside its outbox.json; undefined where there is none. */
export const actorText = async (file: ArchiveFile, allowed: string): Promise<string | undefined> => {
  if (file.packing === 'tar' || file.packing === 'gzip-tar') return gathered(tarEntry(rawBytes(file, 0, () => undefined), 'actor.json'));
  if (basename(file.path) !== 'outbox.json') return undefined;
  try {
    const beside = await allowedPath(join(dirname(file.path), 'actor.json'), allowed);
    return await gathered(createReadStream(beside));
  } catch {
    // No actor.json, or none that the account may read: the posts are read without their author's profile.
    return undefined;
  }
};
