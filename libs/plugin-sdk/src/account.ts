import type { z } from 'zod';
import type { Ctx } from './context.js';
import type { Profile } from './profile.js';

export interface Account<S, K> {
  readonly settings: z.ZodType<S>; readonly secrets: z.ZodType<K>;
  readonly signIn?: {
    begin(settings: S, callback: URL, ctx: Ctx<S, unknown>): Promise<{ url: URL; state: unknown }>;
    finish(query: URLSearchParams, state: unknown, ctx: Ctx<S, unknown>): Promise<K>;
    revoke?(ctx: Ctx<S, K>): Promise<void>;
  };
  /** Who we are there: tells mentions of us and our own posts. */
  identify(ctx: Ctx<S, K>): Promise<Profile | undefined>;
}
