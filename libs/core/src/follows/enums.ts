import type { LineOutcome } from './add-follows.service.js';
import { enumOf } from '../graphql/index.js';
import type { FollowCategory, FollowKind } from './follow.row.js';

export const FollowKindEnum = enumOf<FollowKind>('FollowKind', 'What is followed.', {
  profile: 'A public account on a network.',
  hashtag: 'A hashtag on a network.',
  feed: 'A feed.',
  list: 'A list that is kept on a network.',
  search: 'A search that a network itself offers.',
  timeline: 'A timeline: a way to hear, of which only what a saved search narrows it to is let in.',
  mentions: 'What is addressed to our own account.',
});

export const FollowCategoryEnum = enumOf<FollowCategory>('FollowCategory', 'What is followed, for the town.', {
  organisation: 'A club, a school, an authority.',
  business: 'A shop or a company.',
  'community-leader': 'Somebody whom others listen to.',
  media: 'A paper, a station, a blog.',
  person: 'A person.',
  other: 'Something else.',
});

export const LineOutcomeEnum = enumOf<LineOutcome>('FollowLineOutcome', 'What becomes, or became, of a line.', {
  'will-add': 'It would be added.',
  added: 'It was added.',
  'already-there': 'It is on this list, or the same as an earlier line.',
  several: 'It names several things: write the one that is meant.',
  refused: 'It cannot be followed; `why` says why.',
});
