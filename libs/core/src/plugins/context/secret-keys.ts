import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const headBytes = 1 + ivBytes + tagBytes;

/** What was sealed does not open: another account's, another installation's key, or damaged. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/**
 * Seals small secrets with AES-256-GCM, bound to the account they belong to: moved to another row they do not open.
 *
 * Layout: key id (1 byte), iv (12), tag (16), ciphertext. The key id lets an installation change its key: new seals take the current
 * key, old ones still open, and whatever is replaced moves to the new key.
 */
export class SecretKeys {
  constructor(
    private readonly current: number,
    private readonly keys: ReadonlyMap<number, Buffer>,
  ) {
    for (const [id, key] of keys) {
      if (!Number.isInteger(id) || id < 0 || id > 255) throw new RangeError('a key id is one byte');
      if (key.length !== keyBytes) throw new RangeError(`a key has ${keyBytes} bytes`);
    }
    if (!keys.has(current)) throw new RangeError('the current key is missing');
  }

  /** The usual case: one key. */
  static of(key: Buffer): SecretKeys {
    return new SecretKeys(1, new Map([[1, key]]));
  }

  seal(accountId: string, plain: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(this.current), iv);
    cipher.setAAD(Buffer.from(accountId));
    const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([this.current]), iv, cipher.getAuthTag(), text]);
  }

  /** @throws SealError */
  open(accountId: string, sealed: Buffer): string {
    if (sealed.length < headBytes) throw new SealError('too short to have been sealed here');
    const decipher = createDecipheriv('aes-256-gcm', this.keyOf(sealed[0]), sealed.subarray(1, 1 + ivBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(accountId));
    decipher.setAuthTag(sealed.subarray(1 + ivBytes, headBytes));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SealError('does not open: sealed for another account, with another key, or damaged', { cause: error });
    }
  }

  /** Whether it was sealed with a key that is no longer the current one. */
  isOld(sealed: Buffer): boolean {
    return sealed[0] !== this.current;
  }

  private keyOf(id: number | undefined): Buffer {
    const key = id === undefined ? undefined : this.keys.get(id);
    if (key === undefined) throw new SealError(`the key number ${id} is not among those given`);
    return key;
  }
}
