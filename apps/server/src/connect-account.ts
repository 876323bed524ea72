import { type AccountRow, type AskedField, TerminalConnect, TerminalSignIn } from '@earshot/core/accounts';
import { HostOptions, PluginSignIns } from '@earshot/core/plugins';
import { type BesideOptions, besideEarshot } from './beside-earshot.js';
import { libraryNamed } from './library-named.js';

/** What only the person at the terminal can answer. */
export interface ConnectAnswers {
  /** Shows where to go, and answers with what they bring back. */
  readonly ask: (url: URL) => Promise<string>;
  readonly askSecret: (field: AskedField) => Promise<string>;
}

export interface ConnectOptions extends Omit<BesideOptions, 'imports'>, ConnectAnswers {
  /** By handle; undefined where the installation has but one. */
  readonly library: string | undefined;
  readonly plugin: string;
  readonly word: string | undefined;
  /** Further settings by their names. */
  readonly settings: Readonly<Record<string, string>>;
  /** What staff shall call it; otherwise the plugin and the word. */
  readonly name: string | undefined;
}

export interface Connected {
  readonly account: AccountRow;
  /** It was there before, with the same settings. */
  readonly again: boolean;
  /** Who we are there; undefined where nobody is anybody, or the network has not said so yet. */
  readonly us: { readonly handle: string; readonly url: string | null } | undefined;
}

/**
 * Makes an account and signs in to it, beside an Earshot that may be running and begins to hear by it. Where nothing comes of it, nothing
 * is left behind.
 * @throws PlatformError in words for the person at the terminal
 */
export const connectAccount = ({ library, plugin, word, settings, name, ask, askSecret, ...installation }: ConnectOptions): Promise<Connected> =>
  besideEarshot(installation, (owner) => libraryNamed(owner, library), async ({ app, database, found }) => {
    const [signIns, host] = [app.get(PluginSignIns), app.get(HostOptions)];
    const connect = new TerminalConnect(database, installation.registry, signIns, host);
    const way = connect.lettingIn(plugin);
    const { account, made } = await connect.account(found, { plugin, word, given: settings, name });
    const named = { id: account.id, actorId: found.actorId };
    try {
      const now = await letIn();
      return { account: now, again: !made, us: now.health === 'sign-in-again' ? undefined : await connect.whoWeAre(account.id) };
    } catch (error) {
      if (made) await connect.discard(named);
      throw error;
    }

    async function letIn(): Promise<AccountRow> {
      if (way.by === 'nothing') return connect.identified(named);
      if (way.by === 'sign-in') {
        const begun = await new TerminalSignIn(database, signIns, host).begin(named);
        return begun.finish(await ask(begun.url));
      }
      const told: Record<string, string> = {};
      for (const field of way.fields) told[field.name] = await askSecret(field);
      return connect.storeSecrets(named, plugin, told);
    }
  });

