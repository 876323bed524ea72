import { z } from 'zod';
import { lineOf } from '../staff/index.js';
import { stopKinds } from './stop.row.js';

/** What somebody says who stops something. */
export const stopInput = z.strictObject({ what: z.enum(stopKinds), why: lineOf('The reason', 300) });
