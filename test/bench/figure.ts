/** One line of the bench: a figure, and beside it a reference of the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly reference?: number;
  readonly ratio?: number;
  readonly note: string;
}
