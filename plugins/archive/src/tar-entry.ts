const block = 512;

const textAt = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
};

/** Octal, or base 256 where the first bit is set (files of 8 GB and more). */
const sizeIn = (header: Buffer): number => {
  const field = header.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(header, 124, 12).trim() || '0', 8);
  return field.subarray(4).reduce((sum, byte) => sum * 256 + byte, 0);
};

/** Whether these bytes begin a tar archive (POSIX ustar or GNU). */
export const isTar = (start: Buffer): boolean => start.length >= block && start.subarray(257, 262).toString('latin1') === 'ustar';

/**
 * The bytes of the first regular file of a tar stream that has this name, in whatever folder; nothing where there is none.
 *
 * NOTE: reads what an archive of a few plainly named files needs. Long-name extensions are passed over, since "outbox.json" needs none.
 */
export async function* tarEntry(archive: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let kept: Buffer = Buffer.alloc(0);
  let left = 0;
  let padding = 0;
  let isWanted = false;
  for await (const chunk of archive) {
    let rest = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    kept = Buffer.alloc(0);
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, left);
        left -= part.length;
        rest = rest.subarray(part.length);
        if (isWanted) yield part;
        if (isWanted && left === 0) return;
      } else if (padding > 0) {
        const skipped = Math.min(padding, rest.length);
        padding -= skipped;
        rest = rest.subarray(skipped);
      } else if (rest.length < block) {
        kept = rest;
        break;
      } else {
        const header = rest.subarray(0, block);
        rest = rest.subarray(block);
        left = sizeIn(header) || 0;
        padding = (block - (left % block)) % block;
        const kind = header[156];
        isWanted = (kind === 0 || kind === 0x30) && textAt(header, 0, 100).split('/').at(-1) === name;
        if (isWanted && left === 0) return;
      }
    }
  }
}
