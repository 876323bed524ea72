import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { HostedPlugin } from '../plugins/index.js';
import { connectSecrets, connectSettings } from './connect-settings.js';

const pluginOf = (settings: z.ZodType, secrets: z.ZodType = z.object({})): HostedPlugin => ({ id: 'town', account: { settings, secrets } }) as unknown as HostedPlugin;
const ofServer = pluginOf(z.strictObject({ pace: z.number().default(1), server: z.url().describe('Address of the server.'), note: z.string().optional() }));

describe('the settings of an account that is connected', () => {
  it('take the word for the first text that is required, and an address without a scheme for https', () => {
    expect(connectSettings(ofServer, { word: 'town.social', given: {} })).toEqual({ server: 'https://town.social' });
    expect(connectSettings(ofServer, { word: 'http://localhost:8080', given: {} })).toEqual({ server: 'http://localhost:8080' });
    expect(connectSettings(pluginOf(z.object({ handle: z.string() })), { word: 'library.town', given: {} })).toEqual({ handle: 'library.town' });
  });
  it('take further ones by their names, as JSON where they are no texts', () => {
    expect(connectSettings(ofServer, { word: 'town.social', given: { pace: '2', note: '2' } })).toEqual({ server: 'https://town.social', pace: 2, note: '2' });
  });
  it('are none where the plugin needs none', () => {
    expect(connectSettings(pluginOf(z.object({ pace: z.number().default(1) })), { word: undefined, given: {} })).toEqual({});
    expect(connectSettings({ id: 'town' } as HostedPlugin, { word: undefined, given: {} })).toEqual({});
  });
  it.each([
    ['no word', ofServer, { word: undefined, given: {} }, 'The plugin "town" needs to know: "server" (Address of the server). Write it after the name, as in `earshot connect town …`.'],
    ['a word too many', pluginOf(z.object({})), { word: 'town.social', given: {} }, 'The plugin "town" takes no server or handle: write `earshot connect town`.'],
    ['a setting that is none', ofServer, { word: 'town.social', given: { speed: '1' } }, 'The plugin "town" has no setting "speed": it has "pace", "server", "note".'],
    ['one that is missing', pluginOf(z.object({ server: z.string(), port: z.number().describe('Its port') })), { word: 'town.social', given: {} }, 'The plugin "town" also needs "port" (Its port): add --set port=….'],
    ['a schema that cannot be told', pluginOf({ safeParse: () => ({}) } as never), { word: 'x', given: {} }, 'What the settings of the plugin "town" are cannot be told here: make the account by createAccount over GraphQL.'],
  ])('say what to do about %s', (_, plugin, told, message) => {
    expect(() => connectSettings(plugin, told)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', message }));
  });
});

describe('the secrets that are asked for', () => {
  it('are those that the plugin cannot do without', () => {
    const plugin = pluginOf(z.object({}), z.object({ password: z.string().describe('An app password.'), session: z.string().optional() }));
    expect(connectSecrets(plugin)).toEqual([{ name: 'password', title: '"password" (An app password)' }]);
  });
  it('are texts', () => {
    expect(() => connectSecrets(pluginOf(z.object({}), z.object({ keys: z.array(z.string()) })))).toThrow(/putAccountSecrets/);
  });
});
