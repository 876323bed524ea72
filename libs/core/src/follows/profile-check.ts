import { isRemoteError } from '@earshot/plugin-sdk';
import { Injectable, Logger } from '@nestjs/common';
import { PlatformError } from '../errors/index.js';
import { decide, listedAuthor } from '../privacy/consent/index.js';
import { type FollowTarget, type FoundEntry, refusedEntry } from './found-entry.js';
import { type FollowableProfile, TargetResolver } from './target-resolver.js';

const batchSize = 50;
/** A chain of moves is followed so far: whoever moved more often is looked for by hand. */
const mostMoves = 3;

const personOf = ({ targets, again, refused }: FoundEntry): FollowTarget | undefined => (again === undefined && refused === undefined && targets.length === 1 && targets[0]?.kind === 'profile' ? targets[0] : undefined);

const gone: Readonly<Record<NonNullable<FollowableProfile['gone']>, string>> = {
  deleted: 'This account was deleted.', suspended: 'Its network suspended this account.', deactivated: 'This account is switched off.', 'blocked-us': 'This account blocks us.',
};

/** What was learned of one entry; `onward`: it points to a place that nobody was asked about yet. */
interface Verdict {
  readonly found: FoundEntry;
  readonly onward?: true;
}

/**
 * Asks the networks about the people whom a list names: who moved is followed where they are now, who is gone or asks not to be heard is refused.
 * Where a network tells nothing, nothing is refused on a guess: consent is asked again whenever somebody is heard.
 */
@Injectable()
export class ProfileCheck {
  private readonly log = new Logger('follows');

  constructor(private readonly resolver: TargetResolver) {}

  async check(found: readonly FoundEntry[]): Promise<readonly FoundEntry[]> {
    const checked = [...found];
    let asking = [...found.keys()].filter((index) => personOf(found[index] as FoundEntry) !== undefined);
    for (let moves = 0; asking.length > 0 && moves <= mostMoves; moves++) {
      const verdicts = await this.ask(asking.map((index) => checked[index] as FoundEntry));
      asking.forEach((index, at) => void (checked[index] = verdicts[at]?.found ?? (checked[index] as FoundEntry)));
      asking = asking.filter((_, at) => verdicts[at]?.onward === true);
    }
    for (const index of asking) checked[index] = refusedEntry((checked[index] as FoundEntry).entry, 'It moved again and again.', 'Find out where it is now, and add that.');
    return checked;
  }

  private async ask(asking: readonly FoundEntry[]): Promise<readonly Verdict[]> {
    const verdicts = new Map<FoundEntry, Verdict>();
    for (const [accountId, ofAccount] of Map.groupBy(asking, (each) => each.accountId ?? '')) {
      for (let at = 0; at < ofAccount.length; at += batchSize) {
        const batch = ofAccount.slice(at, at + batchSize);
        const told = await this.profiles(accountId, batch);
        for (const each of batch) verdicts.set(each, told instanceof Date ? { found: { ...each, again: told } } : verdictOf(each, told));
      }
    }
    return asking.map((each) => verdicts.get(each) ?? { found: each });
  }

  /** A moment: the network asks to wait until then. */
  private async profiles(accountId: string, batch: readonly FoundEntry[]): Promise<ReadonlyMap<string, FollowableProfile> | Date> {
    const keys = batch.flatMap((each) => personOf(each) ?? []).map(({ network, key }) => ({ network, key }));
    try {
      return new Map((await this.resolver.profiles(accountId, keys)).map((profile) => [profile.key, profile]));
    } catch (error) {
      if (isRemoteError(error) && error.kind === 'rate-limited') return error.facts.retryAfter ?? new Date(Date.now() + 60_000);
      if (!isRemoteError(error) && !(error instanceof PlatformError)) this.log.error(error, 'A plugin failed to describe profiles');
      return new Map();
    }
  }
}

const verdictOf = (found: FoundEntry, told: ReadonlyMap<string, FollowableProfile>): Verdict => {
  const person = personOf(found);
  const profile = person && told.get(person.key);
  if (person === undefined || profile === undefined) return { found };
  if (profile.gone !== undefined) return { found: refusedEntry(found.entry, gone[profile.gone], 'Leave it out.') };
  const { allowed, because } = decide(profile.refusals, 'followed', 'keep');
  if (!allowed) return { found: refusedEntry(found.entry, `This person asks not to be listened to: ${because?.sign ?? 'their account says so'}.`, 'Leave them out: they will not be heard.') };
  const described = [...(found.described ?? []), listedAuthor({ network: person.network }, person.key, profile.described)];
  if (profile.movedTo === undefined) return { found: { ...found, described, ...(found.moved === undefined ? {} : { targets: [{ ...person, label: profile.label }] }) } };
  const { network, key } = profile.movedTo;
  return { onward: true, found: { ...found, described, targets: [{ kind: 'profile', network, key, label: key }], moved: `It moved here from ${person.label}.` } };
};
