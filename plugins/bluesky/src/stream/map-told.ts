import { isValidDid } from '@atproto/syntax';
import { type Post, readSourceEvent, type SourceEvent, unreadable } from '@earshot/plugin-sdk';
import { addressOf, mapRecord, postedAt } from '../map-post.js';
import { partsOf, postRef, profileRef } from '../refs.js';
import { refusalsOfPost } from '../refusals.js';
import { postRecordSchema } from '../views.js';
import type { Commit, Envelope, Happening } from './told.js';

export const POSTS = 'app.bsky.feed.post';
export const PROFILES = 'app.bsky.actor.profile';

const away: Readonly<Record<string, 'deleted' | 'suspended' | 'deactivated'>> = { deleted: 'deleted', takendown: 'suspended', suspended: 'suspended', deactivated: 'deactivated' };

/** What is told of it, and whether their profile has to be looked at: streams bring records, and neither labels nor a handle that was checked. */
export interface Mapped {
  readonly events: readonly SourceEvent[];
  readonly look?: true;
}

const nothing: Mapped = { events: [] };

const mapPostCommit = ({ operation, rkey, cid, record }: Commit, { did, timeUs }: Envelope, now: Date): readonly SourceEvent[] => {
  const uri = `at://${did}/${POSTS}/${rkey}`;
  if (partsOf(uri) === undefined) return [unreadable('post: an address that cannot be', uri)];
  if (operation === 'delete') return [{ kind: 'post-gone', ref: postRef(uri), why: 'deleted' }];
  const read = postRecordSchema.safeParse(record);
  if (!read.success) return [unreadable(`post: ${read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ').slice(0, 500)}`, record)];
  if (cid === undefined) return [unreadable('post: without its version', record)];
  const post: Post = {
    ref: postRef(uri),
    version: cid,
    url: addressOf(uri),
    postedAt: postedAt(read.data.createdAt, new Date(Math.min(timeUs / 1_000, now.getTime()))),
    author: profileRef(did),
    audience: 'public',
    ...mapRecord(read.data, did),
    // Who may answer, and what others labelled, the record itself does not say: that is asked for where it matters.
    refusals: refusalsOfPost({}, read.data.labels?.values ?? [], now),
  };
  return [readSourceEvent({ kind: 'post', post })];
};

/** What happened to somebody, in the words of the contract. Pure. */
export const mapHappening = (happening: Happening, envelope: Envelope, now: Date): Mapped => {
  if (!isValidDid(envelope.did)) return { events: [unreadable('event: an author that is no DID', envelope.did)] };
  switch (happening.kind) {
    case 'identity':
      return { events: [], look: true };
    case 'account': {
      const why = happening.status === undefined ? undefined : away[happening.status];
      if (happening.active) return { events: [], look: true };
      // Others (throttled, desynchronized) are troubles between servers.
      return why === undefined ? nothing : { events: [{ kind: 'profile-gone', ref: profileRef(envelope.did), why }] };
    }
    case 'commit':
      if (happening.collection === POSTS) return { events: mapPostCommit(happening, envelope, now) };
      return happening.collection === PROFILES ? { events: [], look: true } : nothing;
  }
};
