/** What a library does not do: hear somebody at all, or write to them. */
export const doNotActs = ['hear', 'contact'] as const;
export type DoNotAct = (typeof doNotActs)[number];

/** Whom an entry names: one profile, everybody on a server, everybody with a word in their bio. */
export const doNotTargets = ['profile', 'host', 'bio-word'] as const;
export type DoNotTarget = (typeof doNotTargets)[number];

/** Why: nothing of it is about what somebody thinks. */
export const doNotReasons = ['asked-us', 'spam', 'off-topic-always', 'not-a-resident', 'harassment-of-others', 'automated', 'duplicate-account'] as const;
export type DoNotReason = (typeof doNotReasons)[number];

/** An entry of a library's list; it holds for all below that library. */
export interface DoNotRow {
  readonly id: string;
  readonly libraryId: string;
  readonly act: DoNotAct;
  readonly target: DoNotTarget;
  readonly profileId: string | null;
  /** The server or the word. */
  readonly value: string | null;
  readonly reason: DoNotReason;
  /** Null: they said so themselves. */
  readonly byActor: string | null;
  readonly at: Date;
  readonly liftedAt: Date | null;
}

/** The columns of a {@link DoNotRow} of `do_not_list d`. */
export const doNotColumns = `d.id, d.library_id as "libraryId", d.act, d.target, d.profile_id as "profileId", d.value, d.reason, d.by_actor as "byActor", d.at, d.lifted_at as "liftedAt"`;
