import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';
import { PlatformError } from '../errors/index.js';

const derive = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>;

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** OWASP's first choice for argon2id (Password Storage Cheat Sheet, 2025): 19 MiB, two passes, one lane. Raise it here: hashes of old are made anew at sign-in. */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const hashBytes = 32;
/** Each takes `cost.memory` and a thread of the pool that file and name look-ups share. */
const atOnce = 2;
/** Long enough to wait for: past it, whoever comes is told to come again. */
const queueLimit = 64;

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

let running = 0;
const waiting: (() => void)[] = [];

const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= atOnce) {
    if (waiting.length >= queueLimit) throw new PlatformError('UNAVAILABLE', 'Too many people sign in at this moment. Try again.');
    await new Promise<void>((turn) => waiting.push(turn));
  } else running++;
  try {
    return await work();
  } finally {
    // The place passes on to the next in the queue without ever being free.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
};

const hashWith = (password: string, salt: Buffer, { memory, passes, parallelism }: Cost, length: number): Promise<Buffer> =>
  inTurn(() => derive('argon2id', { message: Buffer.from(password.normalize('NFKC')), nonce: salt, memory, passes, parallelism, tagLength: length }));

/** A PHC string: algorithm, cost, salt and hash, so that the cost can rise without anybody losing a password. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(saltBytes);
  const hash = await hashWith(password, salt, cost, hashBytes);
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
};

/** What is compared against where there is no person, so that both answers take as long: no password that anybody could find gives this hash. */
const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(randomBytes(saltBytes))}$${unpadded(randomBytes(hashBytes))}`;

export type PasswordCheck = 'wrong' | 'right' | 'right-and-outdated';

/** Takes as long for a person who does not exist or has no password yet (`stored` null or undefined): the answer is `wrong`. */
export const checkPassword = async (password: string, stored: string | null | undefined): Promise<PasswordCheck> => {
  const parts = phc.exec(stored ?? nobody);
  if (!parts) throw new Error('a stored password hash is not in a form that this version reads');
  const [, memory, passes, parallelism, salt, hash] = parts as unknown as [string, string, string, string, string, string];
  const used: Cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(hash, 'base64');
  const actual = await hashWith(password, Buffer.from(salt, 'base64'), used, expected.length);
  if (!timingSafeEqual(actual, expected) || stored == null) return 'wrong';
  return used.memory === cost.memory && used.passes === cost.passes && used.parallelism === cost.parallelism ? 'right' : 'right-and-outdated';
};

export const passwordLength = { least: 12, most: 256 } as const;

/** @throws PlatformError BAD_INPUT. Length is what counts: no rules about signs. */
export const requireGoodPassword = (password: string, field = 'password'): void => {
  const { length } = [...password];
  if (length < passwordLength.least) throw new PlatformError('BAD_INPUT', `A password has at least ${passwordLength.least} characters: three or four words do well.`, field);
  if (length > passwordLength.most) throw new PlatformError('BAD_INPUT', `A password has at most ${passwordLength.most} characters.`, field);
};
