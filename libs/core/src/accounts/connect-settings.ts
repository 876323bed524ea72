import { z } from 'zod';
import { PlatformError } from '../errors/index.js';
import type { HostedPlugin } from '../plugins/index.js';

/** What somebody at the terminal says of an account. */
export interface ConnectTold {
  /** The server or handle; undefined where none was written. */
  readonly word: string | undefined;
  /** Further settings or secrets, by name, as they were written. */
  readonly given: Readonly<Record<string, string>>;
}

/** A field of a plugin's schema, as far as one can be asked for it in a line of text. */
export interface AskedField {
  readonly name: string;
  /** What it is, for people: its description, or else its name. */
  readonly title: string;
}

interface Property {
  readonly type?: unknown;
  readonly format?: unknown;
  readonly description?: unknown;
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({})).default({}),
  required: z.array(z.string()).default([]),
});

/**
 * The settings of an account to be connected, as they would be written by hand. The word fills the first setting that is required and a text;
 * where that is an address and the word has no scheme, it is taken for https. Pure.
 * @throws PlatformError BAD_INPUT, in words that say what to do
 */
export const connectSettings = (plugin: HostedPlugin, { word, given }: ConnectTold): Readonly<Record<string, unknown>> => {
  const fields = fieldsOf(plugin, 'settings');
  const first = fields.required.find((name) => isText(fields.properties[name]));
  if (word !== undefined && first === undefined)
    throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" takes no server or handle: write \`earshot connect ${plugin.id}\`.`);
  if (word === undefined && first !== undefined && given[first] === undefined)
    throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" needs to know: ${titleOf(first, fields.properties[first])}. Write it after the name, as in \`earshot connect ${plugin.id} …\`.`);
  const named = Object.fromEntries(Object.entries(given).map(([name, value]) => {
    const property = fields.properties[name];
    if (property === undefined) throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" has no setting "${name}": it has ${listed(Object.keys(fields.properties))}.`);
    return [name, isText(property) ? value : jsonOr(value)];
  }));
  const settings = { ...(word === undefined || first === undefined ? {} : { [first]: written(word, fields.properties[first]) }), ...named };
  const missing = fields.required.filter((name) => !(name in settings));
  if (missing.length > 0)
    throw new PlatformError('BAD_INPUT', `The plugin "${plugin.id}" also needs ${missing.map((name) => titleOf(name, fields.properties[name])).join('; ')}: add ${missing.map((name) => `--set ${name}=…`).join(' ')}.`);
  return settings;
};

/**
 * The secrets that a plugin cannot do without, to be asked for one by one.
 * @throws PlatformError BAD_INPUT where they are more than texts
 */
export const connectSecrets = (plugin: HostedPlugin): readonly AskedField[] => {
  const { properties, required } = fieldsOf(plugin, 'secrets');
  if (required.some((name) => !isText(properties[name])))
    throw new PlatformError('BAD_INPUT', `The secrets of the plugin "${plugin.id}" are more than lines of text: make the account by createAccount and putAccountSecrets over GraphQL.`);
  return required.map((name) => ({ name, title: titleOf(name, properties[name]) }));
};

const fieldsOf = (plugin: HostedPlugin, what: 'settings' | 'secrets'): { readonly properties: Readonly<Record<string, Property | undefined>>; readonly required: readonly string[] } => {
  if (plugin.account === undefined) return { properties: {}, required: [] };
  const read = objectSchema.safeParse(jsonSchemaOf(plugin.account[what]));
  if (!read.success) throw new PlatformError('BAD_INPUT', `What the ${what} of the plugin "${plugin.id}" are cannot be told here: make the account by createAccount over GraphQL.`);
  return read.data;
};

/** A plugin may bring a zod of its own, which ours cannot read. */
const jsonSchemaOf = (schema: z.ZodType): unknown => {
  try {
    return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  } catch {
    return undefined;
  }
};

const isText = (property: Property | undefined): boolean => property?.type === 'string';

const titleOf = (name: string, property: Property | undefined): string =>
  typeof property?.description === 'string' && property.description !== '' ? `"${name}" (${property.description.replace(/\.$/, '')})` : `"${name}"`;

const written = (word: string, property: Property | undefined): string => (property?.format === 'uri' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(word) ? `https://${word}` : word);

const jsonOr = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', '));
