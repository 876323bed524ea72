export const reviewReasons = ['due', 'silent', 'noise'] as const;
/** Why a follow is shown for review. */
export type ReviewReason = (typeof reviewReasons)[number];

/** What a follow brought, to the libraries of whoever asks. */
export interface Brought {
  readonly lastHeardAt: Date | null;
  /** Posts, also those that were forgotten since. */
  readonly heard: number;
  readonly needs: number;
  readonly answered: number;
  readonly helped: number;
  readonly notForUs: number;
}

export interface BroughtBy extends Brought {
  readonly followId: string;
}

/** A follow to be reviewed, and why. */
export interface ReviewRow extends Brought {
  readonly followId: string;
  readonly because: readonly ReviewReason[];
}
