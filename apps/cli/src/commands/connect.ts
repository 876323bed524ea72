import { PlatformError } from '@earshot/core/errors';
import { connectAccount, loadInstalledPlugins } from '@earshot/server';
import { type Command, InvalidArgumentError } from 'commander';
import { openInstallation } from '../installation.js';
import { named } from '../options.js';
import { askForAnswer, Questions } from '../questions.js';
import { note, say } from '../terminal.js';

interface ConnectOptions {
  readonly library?: string;
  readonly name?: string;
  readonly set?: Readonly<Record<string, string>>;
}

/** `earshot connect`: from nothing to an account that hears, for whoever administers the machine. */
export const connectCommand = (program: Command): void => {
  program
    .command('connect <plugin> [where]')
    .description('makes an account at a network, by its server or your handle there, and signs in to it; also while Earshot runs. Repeated, it signs in again')
    .option('--library <handle>', 'the library whose account it shall be, where there are several')
    .option('--name <name>', 'what staff shall call it; otherwise the plugin and the server or handle', named)
    .option('--set <setting=value>', 'a further setting of the plugin; may be given again', setting)
    .action(connect);
};

const setting = (words: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = words.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write <setting>=<value>.');
  return { ...before, [words.slice(0, at)]: words.slice(at + 1) };
};

const connect = async (plugin: string, word: string | undefined, { library, name, set: settings = {} }: ConnectOptions): Promise<void> => {
  const installation = await openInstallation(true);
  const registry = await loadInstalledPlugins(installation.config);
  const { account, again, us } = await Questions.during((questions) => connectAccount({
    ...installation, registry, library, plugin, word, name, settings,
    ask: (url) => askForAnswer(questions, url),
    askSecret: ({ title }) => questions.ask(`${title}: `, { hidden: true }),
  }));
  const [called, repeat] = [`"${account.name}"`, ['earshot connect', plugin, ...(word === undefined ? [] : [word])].join(' ')];
  if (account.health === 'sign-in-again') throw new PlatformError('UNAVAILABLE', `The network took the answer, and did not let us in with it: ${account.healthWords ?? 'it does not say why'}\nThe account ${called} was made and hears nothing yet. Repeat \`${repeat}\` to sign in.`);
  if (us === undefined && registry.find(plugin)?.account?.signIn !== undefined) note('The network has not said yet who we are there: Earshot asks again by itself.');
  if (again) note('This account was there already: nothing was made twice.');
  say(us === undefined ? `Connected: ${called}.` : `Connected: ${called}. We are ${us.handle} there${us.url === null ? '' : ` (${us.url})`}.`);
  if (registry.find(plugin)?.source === undefined) return;
  note(`Next, follow somebody by it; it hears nothing before that:\n  npx earshot follow <@handle, address or #hashtag> --account ${quoted(account.name)} --list "Our town" --category organisation --reason "…"`);
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
