import { appendFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** The folder, told by the environment, into which a run writes what came out of Earshot and which secrets went in. Where there is none nothing is written. */
export const TEST_OUTPUT = 'EARSHOT_TEST_OUTPUT';

/** Parts what came out at one time from the next; no answer and no log has it. */
export const separator = '\u0001';

const append = (file: string, text: string): void => {
  const folder = process.env[TEST_OUTPUT];
  if (folder !== undefined) appendFileSync(join(folder, `${process.pid}.${file}`), text);
};

/** Something that Earshot told anybody: an answer, a line of its log, what a command printed. */
export const cameOut = (from: string, text: string): void => append('out', `${separator}${from}\n${text}`);

/** A secret that Earshot was given, or had made, with what it is: a leak is told by its name. At the end of the run none may have come out, but for the one time that what Earshot makes is told to whom it is for. */
export const wentIn = (name: string, secret: string | Buffer, told: 'never' | 'once' = 'never'): void =>
  append('in', `${JSON.stringify({ name, told, ...(typeof secret === 'string' ? { text: secret } : { bytes: secret.toString('base64') }) })}\n`);

/** A secret that no other test has, of which the end of the run asks. */
export const secretFor = (what: string): string => {
  const secret = `${what}-${randomBytes(12).toString('hex')}`;
  wentIn(what, secret);
  return secret;
};
