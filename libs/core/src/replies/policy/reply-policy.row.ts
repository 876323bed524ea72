import type { Role } from '../../staff/index.js';

/** When whoever wrote the words of a reply may not approve them. */
export const secondPersonCases = ['always', 'newcomer', 'unasked', 'sensitive'] as const;
export type SecondPersonCase = (typeof secondPersonCases)[number];
export const approverRoles = ['librarian', 'administrator'] as const satisfies readonly Role[];

/** How a library answers. */
export interface ReplyPolicy {
  /** The least role that approves. */
  readonly approvers: (typeof approverRoles)[number];
  readonly secondPerson: readonly SecondPersonCase[];
  /** One reply to one person who did not speak to us, from all libraries of a tree together, in so many days; 0: as often as staff think right. */
  readonly unaskedDays: number;
  /** When staff would rather not write, by the library's clock, as 21:00; over midnight where it ends before it begins. */
  readonly quietHours: { readonly from: string; readonly until: string } | null;
  /** What replies end with: {@link signatureOf} fills in its placeholders. */
  readonly signature: string | null;
}

/** What holds at a library, and which library says so: itself or one above it; null: the program. */
export interface HoldingPolicy extends ReplyPolicy {
  readonly setAt: string | null;
}

/** For a library with one person for all of it: who else should approve? */
export const usualPolicy: ReplyPolicy = { approvers: 'librarian', secondPerson: [], unaskedDays: 7, quietHours: null, signature: null };
