import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { StartError } from '@earshot/core/errors';
import { note, say } from './terminal.js';

/** Asks a person, line by line; what they write may be hidden. From a pipe it takes one line an answer. */
export class Questions {
  private hidden = false;
  private readonly terminal: Interface;
  private readonly lines: AsyncIterator<string>;

  private constructor() {
    const shown = new Writable({ write: (chunk: Buffer, _encoding, done) => {
      if (!this.hidden) process.stderr.write(chunk);
      done();
    } });
    this.terminal = createInterface({ input: process.stdin, output: shown, terminal: process.stdin.isTTY === true });
    // As at any other command: Ctrl-C ends it.
    this.terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    this.lines = this.terminal[Symbol.asyncIterator]();
  }

  /** Listens to the terminal only once something is asked, and no longer than `work` lasts. */
  static async during<T>(work: (questions: Pick<Questions, 'ask'>) => Promise<T>): Promise<T> {
    let questions: Questions | undefined;
    try {
      return await work({ ask: (text, how) => (questions ??= new Questions()).ask(text, how) });
    } finally {
      questions?.terminal.close();
    }
  }

  /** @throws StartError where nobody is there to answer */
  async ask(text: string, how: { readonly hidden?: true } = {}): Promise<string> {
    process.stderr.write(text);
    this.hidden = how.hidden === true;
    const line = await this.lines.next();
    if (this.hidden) note('');
    this.hidden = false;
    if (line.done === true) throw new StartError('BAD_SETTINGS', 'Nobody answered.', 'Run this at a terminal, or give the answer as a line on its standard input.');
    return line.value;
  }
}

/** Where to sign in, and what comes back from there. */
export const askForAnswer = async (questions: Pick<Questions, 'ask'>, url: URL): Promise<string> => {
  note('Open this address in a browser, sign in there and say yes:\n');
  say(url.href);
  note('\nThe browser then goes to an address of this Earshot, which may say that nothing is under way there: never mind.');
  return questions.ask('Paste that address here, or the code that the network shows: ');
};
