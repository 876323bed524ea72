import type { Profile } from '@earshot/plugin-sdk';
import { mapProfile } from './map-profile.js';
import { query, sessionFor } from './session.js';
import type { BlueskyCtx } from './settings.js';
import { profileViewSchema } from './views.js';

/** Who we are on Bluesky. */
export const identify = async (ctx: BlueskyCtx): Promise<Profile> => {
  const { did } = await sessionFor(ctx);
  const view = await query(ctx, { nsid: 'app.bsky.actor.getProfile', params: { actor: did } }, profileViewSchema, 'profile');
  return mapProfile(view, 'not-disallowed', ctx.now());
};
