import { basename } from 'node:path';
import { StartError } from '@earshot/core/errors';
import type { Command } from 'commander';
import { fileToRead } from '../files.js';
import { runImport } from '../import/run-import.js';
import { days } from '../options.js';
import { StopRequest } from '../stop-request.js';
import { note, say } from '../terminal.js';

/** `earshot import`: brings in an ActivityStreams archive, also while Earshot runs. */
export const importCommand = (program: Command): void => {
  program
    .command('import <file>')
    .description('brings in an ActivityStreams archive (outbox.json, JSON lines, .gz, .tar.gz), also while Earshot runs; Ctrl-C and again goes on where it stopped')
    .requiredOption('--library <handle>', 'the library that hears it')
    .option('--reason <words>', 'why it is brought in', 'brought in from a file')
    .option('--keep-days <days>', 'how long what it brings is kept; else as the retention of the library says (30 days)', days)
    .action(async (file: string, options: { library: string; reason: string; keepDays?: number }) => {
      const path = fileToRead(file, 'an archive');
      const stop = new StopRequest();
      const bar = progressBar();
      const end = await runImport({ path, label: basename(path), library: options.library, reason: options.reason, keepDays: options.keepDays }, bar, stop.when);
      bar.end();
      if (typeof end === 'object') throw new StartError('DATA_NOT_USABLE', `The archive could not be read to its end: ${end.failed}.`, 'Mend or replace the file, and import it again: what came in stays, and is not brought in twice.');
      say(end === 'done' ? `Done: ${bar.kept()} posts kept, ${bar.dropped()} dropped.` : `Stopped: ${bar.kept()} posts kept so far. The same command goes on.`);
    });
};

/** One line that writes over itself: how far, how many, how long still. Where output is no terminal, a line every ten percent. */
const progressBar = () => {
  const started = Date.now();
  let [kept, dropped, shown] = [0, 0, -10];
  const write = (done: number, of: number | undefined): void => {
    const share = of === undefined || of === 0 ? undefined : done / of;
    const left = share === undefined || share === 0 ? '' : ` · about ${Math.max(0, Math.ceil(((Date.now() - started) / share) * (1 - share) / 1_000))} s left`;
    const line = `${share === undefined ? `${done} bytes` : `${Math.floor(share * 100)} %`} · ${kept} kept · ${dropped} dropped${left}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line.padEnd(78)}`);
    else if (share !== undefined && share * 100 - shown >= 10) {
      shown = share * 100;
      note(line);
    }
  };
  return {
    progress: write,
    taken: (more: number, less: number): void => { kept += more; dropped += less; },
    kept: () => kept,
    dropped: () => dropped,
    end: (): void => void (process.stderr.isTTY && process.stderr.write('\n')),
  };
};
