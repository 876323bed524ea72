export const channelStates = ['waiting', 'reading', 'backing-off', 'paused', 'quarantined', 'stopped'] as const;
export type ChannelState = (typeof channelStates)[number];

/** One thing that an account reads: a stream or a page that is asked for again and again. */
export interface ChannelRow {
  readonly id: string;
  readonly accountId: string;
  readonly libraryId: string;
  readonly key: string;
  readonly mode: 'poll' | 'stream';
  readonly pulseMs: number;
  readonly targetCount: number;
  /** Of the first of its targets. */
  readonly targetLabels: readonly string[];
  readonly state: ChannelState;
  readonly stateWords: string | null;
  readonly stateSince: Date;
  readonly nextAt: Date;
  readonly failures: number;
  readonly heardFrom: Date | null;
  readonly heardUntil: Date | null;
  readonly lastEventAt: Date | null;
  /** Since when direct looks find what this stream does not bring. */
  readonly blindSince: Date | null;
  /** Of its library: in which its coverage is told. */
  readonly timeZone: string;
}

export const targetLabelLimit = 20;

/** The columns of a {@link ChannelRow} of `channel c` and its library `l`. */
export const channelColumns = `c.id, c.account_id as "accountId", c.library_id as "libraryId", c.key, c.mode, c.pulse_ms as "pulseMs", jsonb_array_length(c.targets) as "targetCount",
  array(select t ->> 'label' from jsonb_array_elements(c.targets) with ordinality e(t, n) order by n limit ${targetLabelLimit}) as "targetLabels",
  c.state, c.state_words as "stateWords", c.state_since as "stateSince", c.next_at as "nextAt", c.failures,
  c.heard_from as "heardFrom", c.heard_until as "heardUntil", c.last_event_at as "lastEventAt", c.blind_since as "blindSince", l.time_zone as "timeZone"`;

export const gapStates = ['open', 'partly-closed', 'closed', 'lost'] as const;
export type GapState = (typeof gapStates)[number];

/** A time of which a channel did not hear everything. */
export interface GapRow {
  readonly id: string;
  readonly channelId: string;
  /** Null: from an unknown moment on. */
  readonly from: Date | null;
  readonly to: Date;
  readonly why: string;
  readonly state: GapState;
  /** Why it is not closed; null where it is, or where it was not asked for yet. */
  readonly words: string | null;
  /** How many posts came in since, by asking for it. */
  readonly posts: number;
  readonly notedAt: Date;
}

/** The columns of a {@link GapRow} of `coverage_gap g`. */
export const gapColumns = `g.id, g.channel_id as "channelId", g.gap_from as "from", g.gap_to as "to", g.why, g.state, g.words, g.posts, g.noted_at as "notedAt"`;

/** Something that came and could not be read. */
export interface DeadLetterRow {
  readonly id: string;
  readonly channelId: string;
  readonly libraryId: string;
  readonly why: string;
  readonly digest: string;
  readonly times: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** The columns of a {@link DeadLetterRow} of `dead_letter d`. */
export const deadLetterColumns = `d.id, d.channel_id as "channelId", d.library_id as "libraryId", d.why, d.digest, d.times, d.first_at as "firstAt", d.last_at as "lastAt"`;

/** How often something became of what was heard on one day, in UTC. */
export interface CountRow {
  readonly ownerId: string;
  /** As 2026-03-01. */
  readonly day: string;
  /** `kept`, or why it was dropped. */
  readonly outcome: string;
  readonly times: number;
}

/** What all channels of an account heard, taken together. */
export interface CoverageRow {
  readonly accountId: string;
  readonly channels: number;
  /** Of these, how many have heard anything. */
  readonly heard: number;
  /** Since when all that heard anything have heard. */
  readonly from: Date | null;
  /** Until when all of them have. */
  readonly until: Date | null;
  /** Until when every look at its threads was made that was due; null where there is none to look at. */
  readonly repliesUntil: Date | null;
  /** Gaps that are not closed. */
  readonly gaps: number;
  readonly timeZone: string;
}
