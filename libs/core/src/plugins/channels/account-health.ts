import { Injectable, Optional } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import type { ChannelLease } from '../intake.js';
import { AccountNews } from './account-news.js';

export type Health = 'new' | 'well' | 'troubled' | 'sign-in-again' | 'failed';

export interface ChannelsInState {
  readonly state: string;
  readonly channels: number;
  /** Of these, how many failed more than once in a row. */
  readonly failing: number;
  /** Of these, how many have heard anything. */
  readonly heard: number;
  /** One of their words. */
  /** Of these, how many are open and do not bring what is said, as direct looks found. */
  readonly blind: number;
  readonly words: string | null;
}

const troubling = ['quarantined', 'stopped', 'paused', 'backing-off'] as const;
const said: Readonly<Record<(typeof troubling)[number], string>> = {
  quarantined: 'set aside because the plugin failed',
  stopped: 'stopped',
  paused: 'waiting because the network asked for it',
  'backing-off': 'not reachable',
};

/** An account's health in words, from the states of its channels. `sign-in-again` is left only by signing in. Pure. */
export const healthOf = (states: readonly ChannelsInState[], planProblem: string | null): { readonly health: Health; readonly words: string | null } => {
  const all = states.reduce((sum, state) => sum + state.channels, 0);
  const heard = states.reduce((sum, state) => sum + state.heard, 0);
  const troubles = troubling.flatMap((name) => {
    const found = states.find((state) => state.state === name);
    if (found === undefined) return [];
    // One failure is the weather; two in a row are worth a word.
    const channels = name === 'backing-off' ? found.failing : found.channels;
    return channels === 0 ? [] : [{ name, channels, text: `${channels} of ${all} ${all === 1 ? 'channel' : 'channels'} ${channels === 1 ? 'is' : 'are'} ${said[name]}${found.words === null ? '' : `: ${found.words}`}` }];
  });
  const blind = states.reduce((sum, state) => sum + state.blind, 0);
  const blindness = blind === 0 ? null : `${blind} of ${all} ${all === 1 ? 'channel' : 'channels'} ${blind === 1 ? 'is' : 'are'} blind: open, and not bringing what direct looks find.`;
  const words = [planProblem, blindness, ...troubles.map((trouble) => trouble.text)].filter((text) => text !== null).join(' ');
  const lost = troubles.filter(({ name }) => name === 'quarantined' || name === 'stopped').reduce((sum, trouble) => sum + trouble.channels, 0);
  if (all > 0 && lost === all) return { health: 'failed', words };
  if (words !== '') return { health: 'troubled', words: words.slice(0, 2_000) };
  return { health: heard > 0 ? 'well' : 'new', words: null };
};

/** Keeps account.health true to the account's channels. */
@Injectable()
export class AccountHealth {
  constructor(@Optional() private readonly news?: AccountNews) {}

  /** One writer of an account's health at a time: the later one counts what the earlier one has committed. Taken before any lock of a channel. */
  async lock(tx: Tx, accountId: string): Promise<void> {
    await tx.query('select 1 from account where id = $1 for update', [accountId]);
  }

  /** After a channel changed, in a transaction that holds no channel; subscribers hear of it when the health or its words changed. */
  async refresh(tx: Tx, accountId: string): Promise<void> {
    await this.lock(tx, accountId);
    const [account] = await tx.query<{ plan_words: string | null }>('select plan_words from account where id = $1', [accountId]);
    const states = await tx.query<ChannelsInState>(
      `select state, count(*)::int as channels, count(*) filter (where failures > 1)::int as failing, count(heard_until)::int as heard, count(blind_since)::int as blind, min(state_words) as words
       from channel where account_id = $1 and removed_at is null group by state`,
      [accountId],
    );
    const { health, words } = healthOf(states, account?.plan_words ?? null);
    await this.write(tx, accountId, health, words, `and health <> 'sign-in-again'`);
  }

  async signInAgain(tx: Tx, accountId: string, words: string): Promise<void> {
    await this.write(tx, accountId, 'sign-in-again', words, '');
  }

  /** A channel was set aside a moment ago, in this transaction. */
  async quarantined(tx: Tx, { channelId, libraryId, token }: Pick<ChannelLease, 'channelId' | 'libraryId' | 'token'>): Promise<void> {
    await this.news?.needsSomebody(tx, libraryId, { what: 'quarantined', channelId, token });
  }

  private async write(tx: Tx, accountId: string, health: Health, words: string | null, and: string): Promise<void> {
    const [changed] = await tx.query<{ library_id: string; was: Health; since: Date }>(
      `update account a set health = $2, health_words = $3, health_since = case when a.health = $2 then a.health_since else now() end
       from (select id, health as was from account where id = $1 for update) b
       where a.id = b.id and (a.health, a.health_words) is distinct from ($2, $3) ${and.replace('health', 'a.health')} returning a.library_id, b.was, a.health_since as since`,
      [accountId, health, words],
    );
    if (changed === undefined) return;
    tx.hint({ kind: 'account', id: accountId, library: changed.library_id });
    if (changed.was !== health && (health === 'sign-in-again' || health === 'failed')) await this.news?.needsSomebody(tx, changed.library_id, { what: health, accountId, since: changed.since });
  }
}
