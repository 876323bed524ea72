import { registerEnumType } from '@nestjs/graphql';
import { lineOutcomes } from './add-follows.service.js';
import { enumOf } from './enum-of.js';
import { followCategories, followKinds } from './follow.row.js';

export const FollowKindEnum = enumOf(followKinds);
registerEnumType(FollowKindEnum, { name: 'FollowKind', description: 'What is followed. WORDS are looked for in whatever is heard; the rest an account hears.' });

export const FollowCategoryEnum = enumOf(followCategories);
registerEnumType(FollowCategoryEnum, { name: 'FollowCategory', description: 'What is followed, for the town.' });

export const LineOutcomeEnum = enumOf(lineOutcomes);
registerEnumType(LineOutcomeEnum, {
  name: 'FollowLineOutcome',
  description: 'What becomes, or became, of a line. ALREADY_THERE: on this list, or in an earlier line. SEVERAL: it names several things, of which one must be written.',
});
