/**
 * Loaded before Earshot: the clock of its process is off by as many milliseconds as the file MOVED_CLOCK says, and looks there at each SIGUSR2.
 * Timers go on as they do where somebody sets a machine's clock.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const OwnDate = Date;
const file = process.env.MOVED_CLOCK;
let off = 0;
const look = () => {
  off = Number(readFileSync(file, 'utf8'));
};
look();

globalThis.Date = class extends OwnDate {
  constructor(...told) {
    super(...(told.length === 0 ? [OwnDate.now() + off] : told));
  }

  static now() {
    return OwnDate.now() + off;
  }
};

if (isMainThread) {
  process.on('SIGUSR2', () => {
    look();
    console.error(`the clock is off by ${off} ms`);
  });
}
