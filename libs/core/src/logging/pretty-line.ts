const COLOURS: Readonly<Record<string, number>> = { debug: 90, warn: 33, error: 31 };
/** Names of fields that a line shows in its own way. */
const PLACED = new Set(['level', 'time', 'name', 'msg', 'correlation', 'error']);
/** Escape sequences would let what a network sent repaint the terminal. Line breaks stay: messages of more than one line are ours. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** One JSON log line for a person's eyes: `09:14:03 warn  listening  Fell behind. channel=… seconds=12`. */
export function prettyLine(json: string, colours: boolean): string {
  const line = JSON.parse(json) as { level: string; time: string; name: string; msg?: string; error?: { stack?: string; message?: string } } & Record<string, unknown>;
  const facts = Object.entries(line).filter(([key]) => !PLACED.has(key)).map(([key, value]) => ` ${key}=${typeof value === 'string' && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value)}`);
  const words = `${line.msg ?? ''}${facts.join('')}`;
  const stack = line.error === undefined ? '' : `\n${line.error.stack ?? line.error.message ?? ''}`.replaceAll('\n', '\n    ');
  const text = `${line.time.slice(11, 19)} ${line.level.padEnd(5)} ${line.name}  ${words}${stack}`.replaceAll(CONTROL, '�');
  const colour = COLOURS[line.level];
  return `${colours && colour !== undefined ? `\u001b[${colour}m${text}\u001b[0m` : text}\n`;
}
