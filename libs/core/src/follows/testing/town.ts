import { type Refusal, RemoteError } from '@earshot/plugin-sdk';
import { FollowChanges } from '../follow-changes.js';
import { type FollowableProfile, type FollowableTarget, TargetResolver } from '../target-resolver.js';

/** Remembers whose plans were said to have changed. */
export class RememberedChanges extends FollowChanges {
  readonly told: (readonly string[])[] = [];
  changed(accountIds: readonly string[]): void {
    this.told.push(accountIds);
  }
}

const unheard: readonly Refusal[] = [{ purpose: 'keep', sign: '#nobot in the bio' }];

/** "@name" is a profile, "@two" is two, "#tag" a hashtag; "@down" cannot be reached, "@bug" is a plugin's bug, "@slow-down" asks to wait once; anything else is nothing. */
export class Town extends TargetResolver {
  readonly asked: string[] = [];
  /** The next who is asked of `@slow-down` waits until then. */
  waitUntil: Date | undefined;

  async resolve(_account: string, text: string): Promise<readonly FollowableTarget[]> {
    this.asked.push(text);
    if (text === '@down') throw new RemoteError('unreachable', 'The town does not answer.');
    if (text === '@bug') throw new TypeError('undefined is not a town');
    if (text === '@slow-down' && this.waitUntil !== undefined) {
      const retryAfter = this.waitUntil;
      this.waitUntil = undefined;
      throw new RemoteError('rate-limited', 'The town asks to wait.', { retryAfter });
    }
    if (text.startsWith('#')) return [{ kind: 'hashtag', network: 'practice', key: text.slice(1).toLowerCase(), label: text }];
    if (text.startsWith('https:')) return [{ kind: 'feed', network: 'practice', key: text, label: text }];
    if (!text.startsWith('@')) return [];
    const target = (key: string): FollowableTarget => ({ kind: 'profile', network: 'practice', key, label: key });
    return text === '@two' ? [target('@two-a'), target('@two-b')] : [target(text.toLowerCase())];
  }

  /** "@spam" calls itself a robot, and each "@name-elsewhere" is on elsewhere.example. "@nobot" refuses, "@gone" is gone, "@moved" is "@here" now, "@circle" moves to itself; of "@unknown" nothing is told. */
  async profiles(_account: string, keys: readonly { readonly key: string }[]): Promise<readonly FollowableProfile[]> {
    return keys.flatMap(({ key }): FollowableProfile[] => {
      if (key === '@unknown') return [];
      return [{
        key, label: key, refusals: key === '@nobot' ? unheard : [], described: { handle: key, ...(key === '@spam' ? { bio: 'A Robot, for sale.' } : {}), ...(key.endsWith('-elsewhere') ? { url: `https://people.elsewhere.example/${key}` } : {}) },
        ...(key === '@moved' ? { movedTo: { network: 'practice', key: '@here' } } : key === '@circle' ? { movedTo: { network: 'practice', key: '@circle' } } : {}),
        ...(key === '@gone' ? { gone: 'deleted' as const } : {}),
      }];
    });
  }

  async networks(): Promise<readonly string[]> {
    return ['practice'];
  }
}
