import { isRemoteError } from '@earshot/plugin-sdk';
import { Injectable, Logger } from '@nestjs/common';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import type { ListEntry } from './documents/list-entry.js';
import { followKinds } from './follow.row.js';
import { type EntryRefusal, type FollowTarget, type FoundEntry, refusedEntry } from './found-entry.js';
import { ProfileCheck } from './profile-check.js';
import { type FollowableTarget, TargetResolver } from './target-resolver.js';

/** In bytes of UTF-8: an entry of a PostgreSQL index takes little more. */
const longestKey = 2_048;
const longestLabel = 300;
const mostTargets = 20;
/** Of one account; its network's budget holds it back besides. */
const atOnce = 8;
const aMinute = 60_000;

const fits = (text: string): boolean => Buffer.byteLength(text) <= longestKey;
const clip = (label: string): string => [...label.toWellFormed().replaceAll('\u0000', ' ')].slice(0, longestLabel).join('');
const unknown: EntryRefusal = { why: 'Nothing that could be followed goes by this name.', cure: 'Check how it is written, or paste the address of its page.' };

/**
 * Finds out what the entries of a list name, and whether it may be followed: asks the accounts' plugins, in the order of the accounts, until one knows it,
 * and then the network whether the person behind it has moved, is gone, or refuses.
 *
 * What a plugin does with one entry never spoils another; its bug refuses the entry that it was asked about, and is logged.
 */
@Injectable()
export class EntryLookUp {
  private readonly log = new Logger('follows');

  constructor(
    private readonly resolver: TargetResolver,
    private readonly profiles: ProfileCheck,
  ) {}

  /**
   * @param accountIds in the order in which they are asked
   * @param until milliseconds since 1970; what was not asked by then waits
   */
  async find(accountIds: readonly string[], entries: readonly ListEntry[], actor: Actor, until = Number.POSITIVE_INFINITY): Promise<readonly FoundEntry[]> {
    const found: FoundEntry[] = [];
    const waiting = [...entries.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, entry] = next;
        found[index] = Date.now() < until ? await this.findOne(accountIds, entry, actor) : { entry, targets: [], accountId: null, again: new Date() };
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return this.profiles.check(found);
  }

  private async findOne(accountIds: readonly string[], entry: ListEntry, actor: Actor): Promise<FoundEntry> {
    if (entry.refused !== undefined) return { entry, targets: [], accountId: null, refused: entry.refused };
    if (!fits(entry.text)) return refusedEntry(entry, `It is longer than ${longestKey} bytes.`, 'Write a shorter name or address.');
    if (entry.text.includes('\u0000')) return refusedEntry(entry, 'It holds a character that cannot be stored (U+0000).', 'Take it out.');
    if (entry.target !== undefined) return this.given(accountIds, entry, entry.target);
    let refused = unknown;
    for (const accountId of accountIds) {
      const answer = await this.ask(accountId, entry, actor);
      if ('again' in answer) return { entry, targets: [], accountId, again: answer.again };
      if ('why' in answer) refused = answer;
      else if (answer.targets.length > 0) return { entry, accountId, targets: answer.targets.map((target) => named(target, answer.targets.length === 1 ? entry.label : undefined)) };
    }
    return { entry, targets: [], accountId: null, refused };
  }

  private async ask(accountId: string, { text }: ListEntry, actor: Actor): Promise<{ readonly targets: readonly FollowableTarget[] } | EntryRefusal | { readonly again: Date }> {
    try {
      const targets = await this.resolver.resolve(accountId, text, actor);
      return { targets: targets.filter(({ key }) => key !== '' && !key.includes('\u0000') && fits(key)).slice(0, mostTargets) };
    } catch (error) {
      if (isRemoteError(error) && error.kind === 'rate-limited') return { again: error.facts.retryAfter ?? new Date(Date.now() + aMinute) };
      if (isRemoteError(error)) return { why: error.message, cure: error.kind === 'auth' ? 'Sign the account in again.' : error.kind === 'unreachable' ? 'Add it again later.' : 'Check how it is written.' };
      if (error instanceof PlatformError) return { why: error.message, cure: 'Choose another account.' };
      this.log.error(error, 'A plugin failed on an entry of a list');
      return { why: "The account's plugin failed on it: a bug, which is in the log.", cure: 'Leave it out, and tell whoever runs Earshot.' };
    }
  }

  /** What another installation follows: nobody has to be asked what it is, only who hears that network here. */
  private async given(accountIds: readonly string[], entry: ListEntry, target: NonNullable<ListEntry['target']>): Promise<FoundEntry> {
    const kind = followKinds.find((each) => each === target.kind);
    if (kind === undefined) return refusedEntry(entry, `Things of the kind "${target.kind}" are not known here.`, 'Bring this Earshot to the version of the one that exported the list.');
    if (kind === 'timeline' || kind === 'mentions') return refusedEntry(entry, "It belongs to the other library's own account.", 'Leave it out: your own accounts have theirs.');
    const named = { kind, network: target.network, key: target.key, label: clip(target.label) };
    for (const accountId of accountIds) if ((await this.networksOf(accountId)).includes(target.network)) return { entry, targets: [named], accountId };
    return refusedEntry(entry, `None of the accounts hears the network "${target.network}".`, 'Choose an account of that network, or set one up.');
  }

  private async networksOf(accountId: string): Promise<readonly string[]> {
    try {
      return await this.resolver.networks(accountId);
    } catch (error) {
      if (error instanceof PlatformError || isRemoteError(error)) return [];
      throw error;
    }
  }
}

const named = ({ kind, network, key, label }: FollowableTarget, given: string | undefined): FollowTarget => ({ kind, network, key, label: clip(given ?? (label || key)) });
