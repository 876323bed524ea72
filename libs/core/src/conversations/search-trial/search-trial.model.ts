import { Field, Int, ObjectType } from '@nestjs/graphql';
import { FollowKindEnum, type FollowCount, type FollowKind } from '../../follows/index.js';
import { Id, UserError } from '../../graphql/index.js';
import type { SuggestedTerm } from './suggest-search.js';
import type { SearchSuggestion, SearchTrial } from './search-trials.service.js';
import { overInWords } from './trial-words.js';

@ObjectType('FollowCount', { description: 'How many follows of a kind there are on a network.' })
export class FollowCountModel {
  @Field(() => FollowKindEnum, { description: 'Of this kind.' })
  readonly kind!: FollowKind;

  @Field(() => String, { description: 'On this network.' })
  readonly network!: string;

  @Field(() => Int, { description: 'So many.' })
  readonly count!: number;

  static of(count: FollowCount): FollowCountModel {
    return Object.assign(new FollowCountModel(), count);
  }
}

@ObjectType('SearchTrial', { description: 'What a search would have found in what a library heard.' })
export class SearchTrialModel {
  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'How the text is read, with a parenthesis wherever one could doubt.' })
  readonly asRead!: string;

  @Field(() => Date, { description: 'From when on it was tried.' })
  readonly since!: Date;

  @Field(() => Date, { description: 'Until when.' })
  readonly until!: Date;

  @Field(() => [FollowCountModel], { description: 'What the search listens over: the follows of the library and of those above it.' })
  readonly over!: readonly FollowCountModel[];

  @Field(() => String, { description: 'The same in words.' })
  readonly overInWords!: string;

  @Field(() => Int, { description: 'How many posts were looked at.' })
  readonly heard!: number;

  @Field(() => Int, { description: 'How many of them it finds.' })
  readonly found!: number;

  @Field(() => Boolean, { description: 'Whether older posts of this time were not looked at, because there are too many.' })
  readonly capped!: boolean;

  @Field(() => [String], { description: 'What will not be heard by it, in sentences.' })
  readonly notHeard!: readonly string[];

  /** For the page of posts. */
  readonly trial!: SearchTrial;

  static of(trial: SearchTrial): SearchTrialModel {
    return Object.assign(new SearchTrialModel(), { ...trial, over: trial.over.map(FollowCountModel.of), overInWords: overInWords(trial.over), trial });
  }
}

@ObjectType('SuggestedTerm', { description: 'A word or hashtag of a suggested search, with what speaks for it.' })
export class SuggestedTermModel {
  @Field(() => String, { description: 'The word, or the hashtag with its sign.' })
  readonly term!: string;

  @Field(() => Int, { description: 'In how many of the chosen posts it is.' })
  readonly inPosts!: number;

  @Field(() => Int, { description: 'In how many of the other posts it is.' })
  readonly inHeard!: number;

  static of(term: SuggestedTerm): SuggestedTermModel {
    return Object.assign(new SuggestedTermModel(), term);
  }
}

@ObjectType('SearchSuggestion', { description: 'A search for what some posts have in common and other posts have not.' })
export class SearchSuggestionModel {
  @Field(() => String, { description: 'The search. Read it, mend it, try it.' })
  readonly text!: string;

  @Field(() => [SuggestedTermModel], { description: 'Its words and hashtags, the weightiest first.' })
  readonly terms!: readonly SuggestedTermModel[];

  @Field(() => Int, { description: 'From how many posts it was made: those of people who ask not to be found by searching are left out.' })
  readonly ofPosts!: number;

  @Field(() => Int, { description: 'How many of these it finds.' })
  readonly findsOfPosts!: number;

  @Field(() => Int, { description: 'With how many other posts they were compared.' })
  readonly heard!: number;

  @Field(() => Int, { description: 'How many of these it finds as well.' })
  readonly findsOfHeard!: number;

  static of({ terms, ...suggestion }: SearchSuggestion): SearchSuggestionModel {
    return Object.assign(new SearchSuggestionModel(), suggestion, { terms: terms.map(SuggestedTermModel.of) });
  }
}

@ObjectType({ implements: () => UserError, description: 'The posts have no word and no hashtag in common that others have not.' })
export class NothingInCommon extends UserError {
  readonly code = 'NOTHING_IN_COMMON';
  readonly message = 'These posts have no word and no hashtag in common that is not everywhere: choose others, or write the search yourself.';
}
