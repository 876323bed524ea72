import { enumOf } from '../graphql/index.js';
import type { FollowCategory, FollowKind } from './follow.row.js';
import type { ImportState, LineOutcome } from './imports/follow-import.row.js';

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
  waiting: 'It was not looked up yet.',
  'will-add': 'It would be added.',
  moved: 'It moved, and would be added where it is now; `why` says from where.',
  added: 'It was added.',
  'already-there': 'It is on this list, or the same as an earlier line.',
  several: 'It names several things: write the one that is meant.',
  refused: 'It cannot be followed; `why` says why.',
});

export const ImportStateEnum = enumOf<ImportState>('FollowImportState', 'How far an import is.', {
  receiving: 'It waits for its document, or to be read.',
  'looking-up': 'Its lines are being looked up.',
  ready: 'Every line says what would become of it: look, and apply it.',
  applying: 'What it shows is being added in the background, as one: `linesApplied` says how far.',
  applied: 'What could be added was added.',
  discarded: 'Nobody wants it any more, or it was left for thirty days.',
});
