import type { AccountRow } from './account.row.js';
import type { ChannelRow, CoverageRow, GapRow, GapState } from './channel.row.js';

const withReason = (said: string, reason: string | null): string => (reason === null ? `${said}.` : `${said}: ${reason}`);

/** How an account does, as staff read it. */
export const healthInWords = ({ state, health, healthWords, removedAt }: Pick<AccountRow, 'state' | 'health' | 'healthWords' | 'removedAt'>): string => {
  if (removedAt !== null) return 'Removed.';
  if (state === 'off') return 'Turned off: nothing is heard.';
  switch (health) {
    case 'new':
      return 'Nothing was heard yet.';
    case 'well':
      return 'All is well.';
    case 'troubled':
      return withReason('Not all is heard', healthWords);
    case 'sign-in-again':
      return withReason('Somebody has to sign in again', healthWords);
    case 'failed':
      return withReason('Nothing is heard', healthWords);
  }
};

/** What a channel is doing, as staff read it. */
export const channelInWords = (channel: Pick<ChannelRow, 'state' | 'stateWords' | 'nextAt' | 'blindSince' | 'timeZone'>, now: Date): string => {
  const words = stateInWords(channel, now);
  return channel.blindSince === null ? words : `${words} Blind since ${moment(channel.blindSince, { now, timeZone: channel.timeZone })}: it does not bring what direct looks find.`;
};

const stateInWords = ({ state, stateWords, nextAt, timeZone }: Pick<ChannelRow, 'state' | 'stateWords' | 'nextAt' | 'timeZone'>, now: Date): string => {
  const next = moment(nextAt, { now, timeZone });
  switch (state) {
    case 'waiting':
      return withReason(nextAt > now ? `Looks again ${next}` : 'Looks again now', stateWords);
    case 'reading':
      return withReason('Is being read', stateWords);
    case 'backing-off':
      return withReason(`Not reachable, tried again ${next}`, stateWords);
    case 'paused':
      return withReason(`Waits until ${next}, because the network asked for it`, stateWords);
    case 'quarantined':
      return withReason('Set aside until somebody lets it try again', stateWords);
    case 'stopped':
      return withReason('Stopped until somebody lets it try again', stateWords);
  }
};

/** The other kinds of a thing dropped begin with `refused:`, then the purpose that was refused. */
const outcomes: Readonly<Record<string, string>> = {
  kept: 'kept',
  unmatched: 'no follow asked for it',
  suppressed: 'its author is not to be heard, or it was erased',
  unreadable: 'could not be read',
};

/** What became of something heard, and why it was dropped. An outcome that nobody named here is told as it is. */
export const outcomeInWords = (outcome: string): string =>
  outcome.startsWith('refused:') ? `its author does not want it used (${outcome.slice('refused:'.length)})` : (outcomes[outcome] ?? outcome);

/** "complete from 3 May 09:00 until 14:05", or the same with what is missing between. In the time zone of the library. */
export const channelCoverage = (channel: Pick<ChannelRow, 'heardFrom' | 'heardUntil' | 'timeZone'>, gaps: { readonly all: number; readonly latest: readonly GapRow[] }, now: Date): string => {
  const { heardFrom, heardUntil, timeZone } = channel;
  if (heardFrom === null || heardUntil === null) return 'nothing heard yet';
  const span = spanOf(heardFrom, heardUntil, { now, timeZone });
  if (gaps.all === 0) return `complete ${span}`;
  const named = gaps.latest.map((gap) => gapInWords(gap, { now, timeZone }));
  const more = gaps.all - named.length;
  // Whoever tells them one by one needs their number alone.
  if (named.length === 0) return `${span}, with ${gapsOf(gaps.all)}`;
  return `${span}, with ${gapsOf(gaps.all)}: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
};

/** Of all channels of an account together: from when the last of them began until where the slowest of them is. */
export const accountCoverage = (row: CoverageRow, now: Date): string => {
  const { repliesUntil, timeZone } = row;
  const posts = postsCoverage(row, now);
  // Counted apart: what those say whom nobody follows comes by looking again, and later than what is followed.
  return repliesUntil === null ? posts : `${posts.startsWith('complete') ? `posts ${posts}` : posts}; replies seen up to ${moment(repliesUntil, { now, timeZone }, row.until ?? now)}`;
};

const postsCoverage = ({ channels, heard, from, until, gaps, timeZone }: CoverageRow, now: Date): string => {
  if (channels === 0) return 'no channels yet';
  const silent = channels - heard;
  if (from === null || until === null) return `${channelsOf(channels)}, ${channels === 1 ? 'which has' : 'which have'} heard nothing yet`;
  const rest = silent === 0 ? '' : `; ${channelsOf(silent)} of ${channels} ${silent === 1 ? 'has' : 'have'} heard nothing yet`;
  if (from > until) return `no moment yet that all channels heard${rest}`;
  const span = spanOf(from, until, { now, timeZone });
  return `${gaps === 0 ? `complete ${span}` : `${span}, with ${gapsOf(gaps)}`}${rest}`;
};

interface Reader {
  readonly now: Date;
  readonly timeZone: string;
}

const gapsOf = (count: number): string => (count === 1 ? 'one gap' : `${count} gaps`);
const channelsOf = (count: number): string => (count === 1 ? 'one channel' : `${count} channels`);

const gapInWords = ({ from, to, why, state }: GapRow, reader: Reader): string => {
  const span = from === null ? `up to ${moment(to, reader)}` : `${moment(from, reader)} to ${moment(to, reader, from)}`;
  const what = state === 'lost' ? `${why}; it cannot be had any more` : state === 'partly-closed' ? `${why}; partly heard since` : why;
  return `${span} (${what})`;
};

const gapStateWords: Readonly<Record<GapState, string>> = { open: 'open', 'partly-closed': 'partly closed', closed: 'closed', lost: 'lost' };

/** One gap by itself: "3 May 10:00 to 11:00: the stream was cut. Partly closed, 3 posts came in since." */
export const gapReport = ({ from, to, why, state, words, posts }: GapRow, reader: Reader): string => {
  const span = from === null ? `up to ${moment(to, reader)}` : `${moment(from, reader)} to ${moment(to, reader, from)}`;
  const since = posts === 0 ? '' : `, ${posts === 1 ? 'one post' : `${posts} posts`} came in since`;
  return `${span}: ${why.replace(/\.$/, '')}. ${gapStateWords[state].replace(/^./, (first) => first.toUpperCase())}${since}${words === null ? '.' : `: ${words.replace(/\.$/, '')}.`}`;
};

const spanOf = (from: Date, until: Date, reader: Reader): string => `from ${moment(from, reader)} until ${moment(until, reader, from)}`;

/** "3 May 09:00"; the time alone on the day of `beside`; the year where it is not this one. */
const moment = (at: Date, { now, timeZone }: Reader, beside?: Date): string => {
  const [told, ref] = [partsOf(at, timeZone), partsOf(beside ?? now, timeZone)];
  const time = `${told.hour}:${told.minute}`;
  if (beside !== undefined && told.day === ref.day && told.month === ref.month && told.year === ref.year) return time;
  return `${told.day} ${told.month} ${told.year === partsOf(now, timeZone).year ? '' : `${told.year} `}${time}`;
};

const partsOf = (at: Date, timeZone: string): Readonly<Record<'day' | 'month' | 'year' | 'hour' | 'minute', string>> => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((found) => found.type === type)?.value ?? '';
  return { day: part('day'), month: part('month'), year: part('year'), hour: part('hour'), minute: part('minute') };
};
