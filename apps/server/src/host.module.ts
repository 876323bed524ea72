import { AccountChanges } from '@earshot/core/accounts';
import { ownAddress } from '@earshot/core/config';
import { FollowChanges, TargetResolver } from '@earshot/core/follows';
import { PlatformError } from '@earshot/core/errors';
import { Authors, HearingRulesService, SentPostsInThreads } from '@earshot/core/listening';
import { HostOptions, LinkProbe, PluginHost, PluginsModule } from '@earshot/core/plugins';
import { MayAnswer } from '@earshot/core/privacy';
import { type LinkAnswer, Links, type Sender, SentPosts, Senders } from '@earshot/core/replies';
import { Classifiers, RegistryClassifiers } from '@earshot/core/understanding';
import { type Profile, type ProfileGone, type Ref, RemoteError } from '@earshot/plugin-sdk';
import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { accountSecretKeys } from './account-secret-keys.js';
import type { AppOptions } from './app-options.js';
import { HostTargets } from './host-targets.js';

/** Authors whom nobody described, as their network describes them. A network that does not answer leaves them unknown: nothing is refused on a guess. */
@Injectable()
class HostAuthors extends Authors {
  constructor(private readonly host: PluginHost) {
    super();
  }

  fetch(accountId: string, refs: readonly Ref[]): Promise<readonly (Profile | ProfileGone)[]> {
    return this.host.profiles(accountId, refs);
  }
}

/** Of a plugin that only listens, or under which things are brought in by hand: what staff write, they publish, or say, themselves. */
const byHand: Sender = {
  abilities: async () => ({ reply: 'by-hand', because: 'Nothing is sent from this account: give the answer there by hand.', length: { limit: 20_000, unit: 'character' }, can: [] }),
  send: async () => {
    throw new RemoteError('rejected', 'Nothing is sent from this account.');
  },
  find: async () => 'cannot-tell',
};

@Injectable()
class HostSenders extends Senders {
  constructor(private readonly host: PluginHost, private readonly mayAnswer: MayAnswer) {
    super();
  }

  async forAccount(accountId: string): Promise<Sender | undefined> {
    try {
      const responder = (await this.host.responder(accountId)) ?? byHand;
      // Asked for before every draft, every approval and once more before a reply leaves: what an author refuses is asked for first.
      const abilities: Sender['abilities'] = async (to) => {
        const problem = to === undefined ? undefined : await this.mayAnswer.problem(accountId, to);
        return problem === undefined ? responder.abilities(to) : { reply: 'no', because: problem, length: { limit: 0, unit: 'grapheme' }, can: [] };
      };
      return { ...responder, abilities };
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }
}

/** A page that is gone says so by its status (RFC 9110, 15.5.5 and 15.5.11); whatever else a server answers to a program, a reader may see otherwise. */
@Injectable()
class HostLinks extends Links {
  constructor(private readonly probe: LinkProbe) {
    super();
  }

  async ask(url: URL): Promise<LinkAnswer> {
    const probed = await this.probe.ask(url);
    if ('refused' in probed) return { kind: 'private' };
    if ('words' in probed) return { kind: 'silent', words: probed.words };
    if (probed.status === 404 || probed.status === 410) return { kind: 'missing' };
    return probed.status < 400 ? { kind: 'answers' } : { kind: 'silent', words: `${url.host} answers with ${probed.status} to us.` };
  }
}

/** Rules follow at once in this process. Channels are planned by whoever listens, within a second: the database itself marks the account. */
@Injectable()
class HostChanges extends FollowChanges {
  constructor(private readonly rules: HearingRulesService) {
    super();
  }

  changed(): void {
    this.rules.refresh();
  }
}

/** Without figures nobody reads any. */
type HostModuleOptions = Omit<AppOptions, 'figures'> & Partial<Pick<AppOptions, 'figures'>>;

/** The plugins at work: what the features ask of them, answered by their host. Global. */
@Module({})
export class HostModule {
  static forRoot({ config, registry, key, logging, figures }: HostModuleOptions): DynamicModule {
    const [secretKeys, publicUrl] = [accountSecretKeys(key), ownAddress(config.http)];
    const offered = [RegistryClassifiers, Classifiers, Authors, TargetResolver, FollowChanges, AccountChanges, Senders, Links, SentPosts];
    return {
      module: HostModule,
      global: true,
      imports: [PluginsModule.forRoot(registry, new HostOptions({ secretKeys, log: logging.logger('plugins'), allowedAddresses: config.allowedPrivateAddresses, ...(publicUrl === undefined ? {} : { publicUrl }), ...(figures === undefined ? {} : { answered: (status, seconds) => figures.answered('webhook', status < 400 ? 'ok' : status < 500 ? 'refused' : 'failed', seconds) }) }))],
      providers: [
        RegistryClassifiers,
        { provide: Classifiers, useExisting: RegistryClassifiers },
        { provide: Authors, useClass: HostAuthors },
        { provide: TargetResolver, useClass: HostTargets },
        { provide: FollowChanges, useClass: HostChanges },
        { provide: AccountChanges, useExisting: FollowChanges },
        { provide: Senders, useClass: HostSenders },
        { provide: Links, useClass: HostLinks },
        { provide: SentPosts, useClass: SentPostsInThreads },
      ],
      exports: offered,
    };
  }
}
