import { readSourceEvent, unreadable, type SourceEvent } from '@earshot/plugin-sdk';
import { idOf, isA, isThing, listOf, typesOf, type Thing } from './json-ld.js';
import { actorTypes, profileOf, refOf } from './map-actor.js';
import { audienceOf, NoPost, noteTypes, postOf } from './map-note.js';

/** Why an activity made no event, though it could be read. */
export type Skipped = 'direct' | 'boost-of-unknown' | 'not-a-post';

export type Mapped = { readonly event: SourceEvent } | { readonly skipped: Skipped };

const skipped = (why: Skipped): Mapped => ({ skipped: why });

/** Activities of ActivityStreams that say nothing: they are known, and passed over. */
const silent: ReadonlySet<string> = new Set([
  'Accept', 'Add', 'Arrive', 'Block', 'Dislike', 'EmojiReact', 'Flag', 'Follow', 'Ignore', 'Invite', 'Join', 'Leave', 'Like', 'Listen', 'Move', 'Offer', 'QuoteRequest',
  'Read', 'Reject', 'Remove', 'TentativeAccept', 'TentativeReject', 'Travel', 'Undo', 'View',
]);

const saidBy = (object: Thing, activity: Thing): Mapped => {
  const audience = audienceOf(object, activity);
  if (audience === undefined) return skipped('direct');
  const post = postOf(object, activity, audience);
  if (post instanceof NoPost) return { event: unreadable(post.why, activity) };
  // An embedded author, of the object or of its activity, saves the host from asking.
  const candidates = [...listOf(object.attributedTo), activity.actor].filter((one) => isThing(one) && isA(one, actorTypes));
  const author = candidates.map(profileOf).find((profile) => profile !== undefined && profile.ref.id === post.author?.id);
  return { event: readSourceEvent({ kind: 'post', post, ...(author === undefined ? {} : { author }) }) };
};

const goneBy = (activity: Thing): Mapped => {
  const id = idOf(activity.object);
  if (id === undefined) return { event: unreadable('object: names nothing that is gone.', activity) };
  if (id === idOf(activity.actor)) return { event: readSourceEvent({ kind: 'profile-gone', ref: refOf(id), why: 'deleted' }) };
  return { event: readSourceEvent({ kind: 'post-gone', ref: refOf(id), why: 'deleted' }) };
};

const toldBy = (actor: Thing, activity: Thing): Mapped => {
  const profile = profileOf(actor);
  if (profile === undefined) return { event: unreadable('object: a profile without an id.', activity) };
  if (actor.suspended === true) return { event: readSourceEvent({ kind: 'profile-gone', ref: profile.ref, why: 'suspended' }) };
  return { event: readSourceEvent({ kind: 'profile', profile }) };
};

/**
 * What an item of an archive tells: one event, or the reason why it is passed over. Pure, and never throws.
 *
 * Create and Update of a Note, Article, Question or Page are a post; Announce of one that is embedded is the original author's post; Delete is a post
 * (or a profile) gone; Update of an actor is a profile. Direct messages are passed over before anything of them is kept. What cannot be read is an
 * `unreadable` event, with shape and hash.
 */
export const mapActivity = (item: unknown): Mapped => {
  if (typeof item === 'string') return skipped('not-a-post');
  if (!isThing(item)) return { event: unreadable('The item is no object.', item) };
  const types = typesOf(item);
  if (types.includes('Delete')) return goneBy(item);
  if (types.includes('Tombstone')) return goneBy({ object: item });
  if (isA(item, noteTypes)) return saidBy(item, {});
  if (isA(item, actorTypes)) return toldBy(item, item);
  if (types.includes('Create') || types.includes('Update') || types.includes('Announce')) {
    const { object } = item;
    if (isThing(object) && isA(object, noteTypes)) return saidBy(object, item);
    if (isThing(object) && isA(object, actorTypes)) return toldBy(object, item);
    if (types.includes('Announce') && idOf(object) !== undefined) return skipped('boost-of-unknown');
    return { event: unreadable('object: is no post and no profile that is known here.', item) };
  }
  if (types.some((type) => silent.has(type))) return skipped('not-a-post');
  return { event: unreadable('type: is no activity that is known here.', item) };
};
