import type { StartErrorCode } from '@earshot/core/errors';
import type { ImportEnd } from '@earshot/server';

/** What the thread that imports tells. It is told its wish at its start, and later at most to stop. */
export type ImportSign =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number | undefined }
  | { readonly kind: 'taken'; readonly kept: number; readonly dropped: number }
  | { readonly kind: 'ended'; readonly end: ImportEnd }
  /** A StartError, whose class does not survive the way between threads. */
  | { readonly kind: 'refused'; readonly code: StartErrorCode; readonly message: string; readonly cure: string };
