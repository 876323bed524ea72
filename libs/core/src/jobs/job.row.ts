/** What becomes of a job, in the words of this platform. */
export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly libraryId: string | null;
  readonly state: JobState;
  readonly attempts: number;
  readonly mostAttempts: number;
  readonly enqueuedAt: Date;
  readonly dueAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Of the last attempt that failed. */
  readonly words: string | null;
}

export interface JobCountRow {
  readonly kind: string;
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  /** Of those that could run now. */
  readonly waitingSince: Date | null;
}
