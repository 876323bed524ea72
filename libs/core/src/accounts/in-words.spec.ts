import { describe, expect, it } from '@jest/globals';
import type { GapRow } from './channel.row.js';
import { accountCoverage, channelCoverage, channelInWords, gapReport, healthInWords, outcomeInWords } from './in-words.js';

const now = new Date('2026-05-04T12:00:00Z');
const [heardFrom, heardUntil] = [new Date('2026-05-03T08:00:00Z'), new Date('2026-05-03T13:05:59Z')];
const channel = { heardFrom, heardUntil, timeZone: 'Europe/London' };
const none = { all: 0, latest: [] };
const gap = (from: string | null, to: string, told: Partial<GapRow> = {}): GapRow => ({
  id: 'g', posts: 0, channelId: 'c', from: from === null ? null : new Date(from), to: new Date(to), why: 'the stream was cut', state: 'open', words: null, notedAt: now, ...told,
});

describe('the coverage of a channel', () => {
  it('is told in the time zone of its library, the day once where it is the same', () => {
    expect(channelCoverage(channel, none, now)).toBe('complete from 3 May 09:00 until 14:05');
    expect(channelCoverage({ ...channel, timeZone: 'Pacific/Auckland' }, none, now)).toBe('complete from 3 May 20:00 until 4 May 01:05');
    expect(channelCoverage({ ...channel, heardFrom: new Date('2025-12-31T23:59:00Z') }, none, now)).toBe('complete from 31 December 2025 23:59 until 3 May 14:05');
    expect(channelCoverage({ ...channel, heardFrom: null }, none, now)).toBe('nothing heard yet');
  });

  it('names its gaps, and counts those that it does not name', () => {
    const cut = gap('2026-05-03T09:00:00Z', '2026-05-03T09:30:00Z');
    expect(channelCoverage(channel, { all: 1, latest: [cut] }, now)).toBe('from 3 May 09:00 until 14:05, with one gap: 3 May 10:00 to 10:30 (the stream was cut)');
    const lost = gap(null, '2026-05-03T09:30:00Z', { state: 'lost' });
    expect(channelCoverage(channel, { all: 9, latest: [lost, { ...cut, state: 'partly-closed' }] }, now)).toBe(
      'from 3 May 09:00 until 14:05, with 9 gaps: up to 3 May 10:30 (the stream was cut; it cannot be had any more); 3 May 10:00 to 10:30 (the stream was cut; partly heard since); and 7 more',
    );
  });
});

describe('the coverage of an account', () => {
  const all = { accountId: 'a', channels: 3, heard: 3, from: heardFrom, until: heardUntil, repliesUntil: null, gaps: 0, timeZone: 'UTC' };

  it('reaches from where the last of its channels began until where the slowest is', () => {
    expect(accountCoverage(all, now)).toBe('complete from 3 May 08:00 until 13:05');
    expect(accountCoverage({ ...all, gaps: 2 }, now)).toBe('from 3 May 08:00 until 13:05, with 2 gaps');
    expect(accountCoverage({ ...all, from: heardUntil, until: heardFrom }, now)).toBe('no moment yet that all channels heard');
  });

  it('counts replies apart', () => {
    const repliesUntil = new Date(heardUntil.getTime() - 5 * 60_000);
    expect(accountCoverage({ ...all, repliesUntil }, now)).toBe('posts complete from 3 May 08:00 until 13:05; replies seen up to 13:00');
    expect(accountCoverage({ ...all, gaps: 1, repliesUntil }, now)).toBe('from 3 May 08:00 until 13:05, with one gap; replies seen up to 13:00');
  });

  it('does not pass over channels that heard nothing', () => {
    expect(accountCoverage({ ...all, heard: 2 }, now)).toBe('complete from 3 May 08:00 until 13:05; one channel of 3 has heard nothing yet');
    expect(accountCoverage({ ...all, heard: 0, from: null, until: null }, now)).toBe('3 channels, which have heard nothing yet');
    expect(accountCoverage({ ...all, channels: 0, heard: 0, from: null, until: null }, now)).toBe('no channels yet');
  });
});

describe('a gap by itself', () => {
  const gap = { id: 'g', channelId: 'c', from: new Date('2026-05-03T08:00:00Z'), to: new Date('2026-05-03T09:30:00Z'), why: 'The stream was cut.', state: 'open', words: null, posts: 0, notedAt: new Date('2026-05-03T09:30:00Z') } as const;

  it('is told with its reason, and what became of it', () => {
    const reader = { now, timeZone: 'UTC' };
    expect(gapReport(gap, reader)).toBe('3 May 08:00 to 09:30: The stream was cut. Open.');
    expect(gapReport({ ...gap, from: null, state: 'partly-closed', posts: 2 }, reader)).toBe('up to 3 May 09:30: The stream was cut. Partly closed, 2 posts came in since.');
    expect(gapReport({ ...gap, state: 'closed', posts: 1 }, reader)).toBe('3 May 08:00 to 09:30: The stream was cut. Closed, one post came in since.');
    expect(gapReport({ ...gap, state: 'lost', words: 'The network keeps a day.' }, reader)).toBe('3 May 08:00 to 09:30: The stream was cut. Lost: The network keeps a day.');
    expect(gapReport({ ...gap, state: 'lost' }, reader)).toBe('3 May 08:00 to 09:30: The stream was cut. Lost.');
  });
});

describe('states in words', () => {
  it('give the reason that was stored', () => {
    const account = { state: 'on', health: 'troubled', healthWords: '1 of 2 channels is stopped', removedAt: null } as const;
    expect(healthInWords(account)).toBe('Not all is heard: 1 of 2 channels is stopped');
    expect(healthInWords({ ...account, health: 'sign-in-again', healthWords: null })).toBe('Somebody has to sign in again.');
    expect(healthInWords({ ...account, state: 'off' })).toBe('Turned off: nothing is heard.');
    expect(healthInWords({ ...account, removedAt: now })).toBe('Removed.');
  });

  it('say when a channel is read next, and why not now', () => {
    const told = { state: 'paused', stateWords: 'Too many requests.', nextAt: new Date('2026-05-04T12:30:00Z'), blindSince: null, timeZone: 'UTC' } as const;
    expect(channelInWords(told, now)).toBe('Waits until 4 May 12:30, because the network asked for it: Too many requests.');
    expect(channelInWords({ ...told, state: 'waiting', stateWords: null }, now)).toBe('Looks again 4 May 12:30.');
    expect(channelInWords({ ...told, state: 'waiting', stateWords: null, nextAt: now }, now)).toBe('Looks again now.');
    expect(channelInWords({ ...told, state: 'reading', stateWords: null, blindSince: new Date('2026-05-04T11:50:00Z') }, now)).toBe('Is being read. Blind since 4 May 11:50: it does not bring what direct looks find.');
  });

  it('say why something was dropped, also where the reason is new', () => {
    expect(outcomeInWords('unmatched')).toBe('no follow asked for it');
    expect(outcomeInWords('refused:keep')).toBe('its author does not want it used (keep)');
    expect(outcomeInWords('eaten')).toBe('eaten');
  });
});
