import { isConnectionLost, StartError } from '@earshot/core/errors';

let readerGone = false;
/** Whoever read what we say has left, as `| head` does: what was begun goes on to its end, unheard. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  readerGone = true;
});

/** What a person at the terminal is told. Progress goes to standard error, so that what a command answers can be piped. */
export const say = (text = ''): void => sayRaw(`${text}\n`);
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** As it is, without a line's end. */
export const sayRaw = (text: string): void => {
  if (!readerGone) process.stdout.write(text);
};

/** "1 post", "1,204 posts". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** One clear message that says what to do, with the code by which docs/operating.md lists it, and a non-zero exit. Anything but a StartError is our bug and comes whole. */
export const fail = (error: unknown): void => {
  process.exitCode = 1;
  if (error instanceof StartError) return note(`Earshot cannot go on (${error.code}): ${error.message}\n  What to do: ${error.cure}`);
  if (isConnectionLost(error)) return note('Earshot cannot go on: The database went away meanwhile.\n  What to do: Start it, or Earshot itself where it runs the built-in one, and repeat this: what was not finished was not done.');
  note(`Earshot failed: this is a bug, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
};
