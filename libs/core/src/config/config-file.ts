import { z } from 'zod';

/** A plugin that earshot.config.json names. */
export interface PluginChoice {
  /** The npm package; a bundled plugin may be named to turn it off. */
  readonly package: string;
  readonly enabled: boolean;
}

const packageName = z.string().regex(/^(@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/, 'must be the name of an npm package');

const configFile = z.strictObject({
  $schema: z.string().optional(),
  plugins: z
    .array(z.union([packageName, z.strictObject({ package: packageName, enabled: z.boolean().default(true) })], 'must be the name of an npm package, or { "package": "…", "enabled": true or false }'))
    .default([]),
});

export interface ConfigFileReading {
  plugins: readonly PluginChoice[];
  /** In words, without the file's name; empty if it is right. */
  problems: readonly string[];
}

/** Reads the text of earshot.config.json. */
export function readConfigFile(text: string): ConfigFileReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { plugins: [], problems: [`is not JSON: ${syntaxProblem(text, (error as Error).message)}`] };
  }
  const read = configFile.safeParse(value);
  if (!read.success) return { plugins: [], problems: read.error.issues.map((issue) => `${z.core.toDotPath(issue.path)}${issue.path.length > 0 ? ': ' : ''}${issue.message}`) };
  return { plugins: read.data.plugins.map((plugin) => (typeof plugin === 'string' ? { package: plugin, enabled: true } : plugin)), problems: [] };
}

/** V8 tells the place of every fault in JSON but "Unexpected token", where it quotes the text around instead (seen in Node 24). */
function syntaxProblem(text: string, message: string): string {
  const [, what = message, position] = /^(.*?) in JSON at position (\d+)/.exec(message) ?? [];
  if (position !== undefined) return `${what}, ${place(text, Number(position))}`;
  const token = UNEXPECTED.exec(message)?.[0];
  return token === undefined ? message : `${token}, ${place(text, firstUnexpected(text))}`;
}

const UNEXPECTED = /^Unexpected token '.'/su;

/** The shortest beginning that already has the fault ends with it; shorter ones are merely not finished. */
function firstUnexpected(text: string): number {
  let [sound, faulty] = [0, text.length];
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >> 1;
    if (isUnexpected(text.slice(0, middle))) faulty = middle;
    else sound = middle;
  }
  return faulty - 1;
}

function isUnexpected(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    return UNEXPECTED.test((error as Error).message);
  }
}

function place(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
