import { z } from 'zod';
import { parsePrivateAddress } from '../config/index.js';
import { PlatformError } from '../errors/index.js';
import type { HostedPlugin } from '../plugins/index.js';
import { lineOf } from '../staff/index.js';

const jsonLimit = 65_536;
/** Deeper, and what walks through it could run out of stack. */
const depthLimit = 32;
const addressLimit = 50;
const issueLimit = 10;
/** A wider range is a slip of the pen, or lets in everything. */
const widestPrefix = 8;

const nameInput = z.object({ name: lineOf('The name', 200) });

type Given = Readonly<Record<string, unknown>>;

/** The name of an account. @throws ZodError, which callers read as BAD_INPUT */
export const accountName = (name: string): string => nameInput.parse({ name }).name;

/**
 * Settings or secrets, written as a JSON object, which the plugin's schema takes. They are stored as given, and not as parsed: the
 * schema reads them again at every opening, and a transformation need not take its own results.
 * @throws PlatformError BAD_INPUT, with every field that the schema refuses
 */
export const writtenFor = (plugin: HostedPlugin, what: 'settings' | 'secrets', text: string): Given => {
  const given = jsonObject(text, what);
  const schema = plugin.account?.[what];
  if (schema === undefined) {
    if (Object.keys(given).length > 0) throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" takes no ${what}.`, what);
    return given;
  }
  const read = readBy(() => schema.safeParse(given), plugin, what);
  if (read.success) return given;
  const issues = read.error.issues.slice(0, issueLimit).map((issue) => ({ at: [what, ...issue.path.map(String)].join('.'), message: issue.message }));
  // Messages reach the log. A plugin's own may quote what it was given.
  if (what === 'secrets' && stringsIn(given).some((secret) => issues.some(({ message }) => message.includes(secret))))
    throw new PlatformError('BAD_INPUT', `${issues[0]?.at ?? what}: the plugin does not take this.`, issues[0]?.at ?? what);
  throw new PlatformError('BAD_INPUT', issues.map(({ at, message }) => `${at}: ${message}`).join('\n'), issues[0]?.at ?? what);
};

const readBy = <T>(read: () => T, plugin: HostedPlugin, what: string): T => {
  try {
    return read();
  } catch (cause) {
    throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" could not read these ${what}.`, what, { cause });
  }
};

const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

const jsonObject = (text: string, field: string): Given => {
  if (text.length > jsonLimit) throw new PlatformError('BAD_INPUT', `${field} has more than ${jsonLimit} characters.`, field);
  let value: unknown;
  try {
    value = JSON.parse(text, (key, member: unknown) => {
      if (!isStorable(key) || (typeof member === 'string' && !isStorable(member))) throw new TypeError('holds what PostgreSQL cannot store');
      return member;
    });
  } catch {
    // The parser quotes what it read, which may be a secret.
    throw new PlatformError('BAD_INPUT', `${field} is not JSON that can be stored.`, field);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PlatformError('BAD_INPUT', `${field} is a JSON object, as in {"url": "https://…"}.`, field);
  if (!isShallow(value, depthLimit)) throw new PlatformError('BAD_INPUT', `${field} is nested deeper than ${depthLimit} levels.`, field);
  return value as Given;
};

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' || value === null || (levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1)));

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * Private addresses that an account may reach, as `nas.local:8080`, `192.168.1.7` or `10.2.0.0/16`: in small letters, each once.
 * @throws PlatformError BAD_INPUT
 */
export const writtenAddresses = (entries: readonly string[]): readonly string[] => {
  if (entries.length > addressLimit) throw new PlatformError('BAD_INPUT', `An account may reach at most ${addressLimit} private addresses.`, 'addresses');
  return [...new Set(entries.map((entry, index) => writtenAddress(entry.trim().toLowerCase(), `addresses.${index}`)))];
};

const writtenAddress = (entry: string, field: string): string => {
  const read = parsePrivateAddress(entry);
  if (read === undefined) throw new PlatformError('BAD_INPUT', 'A private address is written as nas.local:8080, 192.168.1.7 or 10.2.0.0/16.', field);
  if (read.kind === 'range' && read.prefix < widestPrefix) throw new PlatformError('BAD_INPUT', `A range this wide is not allowed: /${widestPrefix} at most.`, field);
  return entry;
};
