import { z } from 'zod';

/** Which file it was: a file that differs in any of these is another file, and its offsets mean nothing. */
export const fileIdentity = z.strictObject({
  size: z.number().min(0),
  mtimeMs: z.number(),
  /** SHA-256 of the first 64 kB, hexadecimal. */
  head: z.string(),
});
export type FileIdentity = z.output<typeof fileIdentity>;

/** How far an archive has been read: all items before `at` (bytes of the unpacked list) are delivered. */
export const archiveCursor = z.strictObject({
  file: fileIdentity,
  at: z.int().min(0),
  /** How many items that was, for people who look. */
  items: z.int().min(0),
  done: z.boolean(),
});
export type ArchiveCursor = z.output<typeof archiveCursor>;

export const isSameFile = (a: FileIdentity, b: FileIdentity): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs && a.head === b.head;
