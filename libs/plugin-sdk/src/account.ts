import type { z } from 'zod';
import type { Ctx } from './context.js';
import type { Profile } from './profile.js';

/** Signing in on the network's own page (OAuth and its kin). The host owns the callback address, keeps `state`, and checks that the same person comes back. */
export interface SignIn<S, K> {
  /**
   * Where to send the person. `state` is JSON that the host keeps, encrypted, for ten minutes at most.
   *
   * @param callback - the same address for all accounts: what networks ask for as `redirect_uri`
   * @param ticket - comes back as `state` in the query of `callback`, by which the host knows what came back: send it as OAuth's `state`
   */
  begin(settings: S, callback: URL, ctx: Ctx<S, unknown>, ticket: string): Promise<{ url: URL; state: unknown }>;
  /**
   * The person came back with `query`, or pasted the network's code, which then is its `code` and all there is. Called once a `state`.
   * Throw `rejected` when they said no: staff see the message.
   */
  finish(query: URLSearchParams, state: unknown, ctx: Ctx<S, unknown>): Promise<K>;
  /** The library signs out, or removes the account: give the tokens back, within 15 s. A failure keeps neither. */
  revoke?(ctx: Ctx<S, K>): Promise<void>;
}

/**
 * One configured plugin of a library, "our Mastodon account", once for all capabilities of that plugin.
 *
 * Both schemas render the form in which staff fill in an account: give each field a `describe()`. The first setting that is required and a
 * text is what `earshot connect <plugin> <word>` fills: the server, or our handle there; where it is a `z.url()`, a word without a scheme is
 * taken for https. Without `signIn`, that command asks for each required secret.
 */
export interface Account<S, K> {
  readonly settings: z.ZodType<S>;
  readonly secrets: z.ZodType<K>;
  readonly signIn?: SignIn<S, K>;
  /**
   * Who we are there, which tells mentions of us and our own posts from others'; `undefined` where nobody is anybody, as with
   * feeds. Asked when an account is made, and once a day. Throw `auth` when the secrets no longer work.
   */
  identify(ctx: Ctx<S, K>): Promise<Profile | undefined>;
}
