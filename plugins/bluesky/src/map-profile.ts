import { limits, type Profile, type Target } from '@earshot/plugin-sdk';
import { isWebAddress } from './map-embed.js';
import { profileRef } from './refs.js';
import { type Intent, refusalsOfProfile } from './refusals.js';
import type { ProfileView } from './views.js';

/** A handle whose proof fails is told as this one by the network's view, for all of them. */
const INVALID = 'handle.invalid';

export const handleOf = ({ did, handle }: Pick<ProfileView, 'did' | 'handle'>): string => (handle === '' || handle === INVALID ? did : handle.slice(0, limits.line));

const clean = (text: string, most: number): string => text.replaceAll('\0', '').slice(0, most).toWellFormed();

export const mapProfile = (view: ProfileView, intent: Intent, now: Date): Profile => ({
  ref: profileRef(view.did),
  handle: handleOf(view),
  ...(view.displayName === undefined || view.displayName === '' ? {} : { name: clean(view.displayName, limits.line) }),
  ...(view.description === undefined || view.description === '' ? {} : { bio: clean(view.description, limits.passage) }),
  url: `https://bsky.app/profile/${view.did}`,
  ...(view.avatar === undefined || !isWebAddress(view.avatar) ? {} : { avatar: view.avatar }),
  refusals: refusalsOfProfile(view, intent, now).slice(0, limits.refusals),
});

/** A profile as something to follow: by its DID, whatever its handle becomes. */
export const targetOfProfile = (view: ProfileView): Target => {
  const handle = `@${handleOf(view)}`;
  const name = clean(view.displayName ?? '', 200).trim();
  return { kind: 'profile', key: view.did, label: name === '' ? handle : `${name} (${handle})` };
};
