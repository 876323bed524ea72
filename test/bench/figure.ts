/** One line of the bench: a figure, and beside it a reference of the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly reference?: number;
  readonly ratio?: number;
  /** What was promised, and whether it was kept. */
  readonly bar?: number;
  readonly met?: boolean;
  readonly note: string;
}

/** A figure that may be no larger than that. */
export const atMost = (bar: number, figure: Figure): Figure => ({ ...figure, bar, met: figure.value <= bar });

/** A figure that must be so much of its reference at least. */
export const ofReferenceAtLeast = (bar: number, figure: Figure & { readonly ratio: number }): Figure => ({ ...figure, bar, met: figure.ratio >= bar });

export type Done = (figure: Figure) => void;
