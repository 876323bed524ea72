/** What can be stopped: reading what people say, sending replies, or everything that reaches the outside. */
export const stopKinds = ['listening', 'sending', 'all'] as const;
export type StopKind = (typeof stopKinds)[number];

/** Something that somebody stopped, and that nobody has taken back. */
export interface StopRow {
  readonly id: string;
  /** Where it was stopped, for all below; null: in the whole installation. */
  readonly libraryId: string | null;
  readonly what: StopKind;
  readonly why: string;
  readonly byName: string;
  /** Null: whoever administers the machine. */
  readonly stoppedById: string | null;
  readonly stoppedAt: Date;
}

/** The columns of a {@link StopRow} of `stop s`. */
export const stopColumns = 's.id, s.library_id as "libraryId", s.what, s.why, s.by_name as "byName", s.stopped_by as "stoppedById", s.stopped_at as "stoppedAt"';

/** Who stopped it, and why: "Stopped by Ann Lee: the server moves." */
export const stopInWords = ({ what, byName, why }: Pick<StopRow, 'what' | 'byName' | 'why'>): string => `${whatStopped[what]} by ${byName}: ${why.replace(/\.$/, '')}.`;

const whatStopped: Readonly<Record<StopKind, string>> = { listening: 'Listening was stopped', sending: 'Sending was stopped', all: 'Stopped' };
