import { createUnionType, Field, Int, ObjectType } from '@nestjs/graphql';
import { ConversationModel } from '../conversations/index.js';
import { connectionOf, enumOf, Id } from '../graphql/index.js';
import type { Pressed } from './actions.service.js';
import type { AdviceRow, AdviceState, SuggestionRow } from './advice.row.js';
import type { HouseAdvisorName } from './house/house-advisor.js';
import { ActionFailed, NeedNotHeard } from './advising.errors.js';

export const AdviceStateEnum = enumOf<AdviceState>('AdviceState', 'How far an advisor has come.', {
  asking: 'It was asked, and what it finds is coming in.',
  answered: 'It has found what it finds.',
  failed: 'It failed, or did not answer in time. What it found before that stands.',
});

export const HouseAdvisorEnum = enumOf<HouseAdvisorName>('HouseAdvisor', 'An advisor that needs no account.', {
  'saved-answers': 'Finds what staff saved as an answer.',
  interview: 'The reference interview: what a librarian would ask back. Asked where a need is unclear.',
});

@ObjectType('SuggestionIdentifier', { description: 'A number by which the world names a resource.' })
export class SuggestionIdentifierModel {
  @Field(() => String, { description: 'Of which kind: isbn, issn, oclc, event, work or url.' })
  readonly scheme!: string;

  @Field(() => String, { description: 'The number, as the advisor spells it.' })
  readonly value!: string;
}

@ObjectType('Availability', { description: 'Whether one can have it, and when that was true.' })
export class AvailabilityModel {
  @Field(() => String, { description: 'In the words of the advisor: "2 of 3 on the shelf".' })
  readonly text!: string;

  @Field(() => Date, { description: 'When that was so.' })
  readonly at!: Date;
}

@ObjectType('Suggestion', { description: 'What an advisor found for what somebody looks for: a resource, or a saved answer. What several found is one suggestion.' })
export class SuggestionModel {
  @Field(() => Id, { description: 'Until its need is asked about again.' })
  readonly id!: string;

  @Field(() => String, { description: 'What it is called.' })
  readonly title!: string;

  @Field(() => String, { nullable: true, description: 'Where a reader can check it: http or https. Null where it is a saved answer, which is its own citation.' })
  readonly cite!: string | null;

  @Field(() => Id, { nullable: true, description: 'The saved answer that it is; null where it is a resource.' })
  readonly answerId!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is about. Plain text.' })
  readonly summary!: string | null;

  @Field(() => String, { nullable: true, description: 'A picture of its cover: http or https.' })
  readonly cover!: string | null;

  @Field(() => [SuggestionIdentifierModel], { description: 'By what the world names it.' })
  readonly identifiers!: readonly SuggestionIdentifierModel[];

  @Field(() => AvailabilityModel, { nullable: true, description: 'Whether one can have it; null where its advisor does not say. Ask again by checkSuggestions before you promise it.' })
  readonly availability!: AvailabilityModel | null;

  @Field(() => Date, { nullable: true, description: 'When it begins, if it is an event. One that has begun is shown no more.' })
  readonly starts!: Date | null;

  @Field(() => String, { description: 'The need that it was found for.' })
  readonly need!: string;

  @Field(() => Date, { description: 'When it was found.' })
  readonly foundAt!: Date;

  @Field(() => Id, { nullable: true, description: 'The account whose advisor found it first; null where it was one of the house.' })
  readonly accountId!: string | null;

  @Field(() => HouseAdvisorEnum, { nullable: true, description: 'Which advisor of the house found it; null where an account did.' })
  readonly house!: HouseAdvisorName | null;

  readonly row!: SuggestionRow;

  static fromRow(row: SuggestionRow): SuggestionModel {
    const { id, title, cite, answerId, summary, cover, identifiers, starts, need, foundAt, accountId, house } = row;
    const availability = row.availability === null || row.availabilityAt === null ? null : { text: row.availability, at: row.availabilityAt };
    return Object.assign(new SuggestionModel(), { id, title, cite, answerId, summary, cover, identifiers, availability, starts, need, foundAt, accountId, house, row });
  }
}

@ObjectType({ description: 'A page of a list of Suggestion.' })
export class SuggestionConnection extends connectionOf('Suggestion', SuggestionModel) {}

@ObjectType('Advice', { description: 'One advisor that was asked about one need, and how it fared.' })
export class AdviceModel {
  @Field(() => Id, { description: 'Until its need is asked about again.' })
  readonly id!: string;

  @Field(() => Id, { nullable: true, description: 'The account whose advisor was asked; null where it was one of the house.' })
  readonly accountId!: string | null;

  @Field(() => HouseAdvisorEnum, { nullable: true, description: 'Which advisor of the house was asked; null where it was one of an account.' })
  readonly house!: HouseAdvisorName | null;

  @Field(() => String, { description: 'What it was asked for. Empty where nothing was found that says it: then only the reference interview is asked.' })
  readonly need!: string;

  @Field(() => Id, { nullable: true, description: 'The post in which the need was found; null where staff said it, or nothing was found.' })
  readonly fromPostId!: string | null;

  @Field(() => AdviceStateEnum, { description: 'How far it has come.' })
  readonly state!: AdviceState;

  @Field(() => String, { nullable: true, description: 'Why it failed, in words.' })
  readonly because!: string | null;

  @Field(() => Int, { description: 'How many resources it found so far.' })
  readonly found!: number;

  @Field(() => Date, { description: 'When it was asked.' })
  readonly askedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it had answered, or failed.' })
  readonly endedAt!: Date | null;

  @Field(() => Id, { nullable: true, description: 'Who asked.' })
  readonly askedById!: string | null;

  static fromRow({ id, accountId, house, need, fromPostId, state, words, found, askedAt, endedAt, askedBy }: AdviceRow & { readonly found: number }): AdviceModel {
    return Object.assign(new AdviceModel(), { id, accountId, house, need, fromPostId, state, because: words, found, askedAt, endedAt, askedById: askedBy });
  }
}

@ObjectType('AdvisorAction', { description: 'A button of an advisor: something that a person may have done for a need, such as suggesting a purchase.' })
export class AdvisorActionModel {
  @Field(() => Id, { description: 'The account whose advisor does it.' })
  readonly accountId!: string;

  @Field(() => String, { description: 'What the button says.' })
  readonly action!: string;
}

@ObjectType('PressedAction', { description: 'A button that was pressed, and where one sees what came of it.' })
export class PressedActionModel implements Pressed {
  @Field(() => Id, { description: 'The key of this press.' })
  readonly key!: string;

  @Field(() => String, { description: 'What the button says.' })
  readonly action!: string;

  @Field(() => String, { description: 'Where the result can be seen: http or https.' })
  readonly url!: string;

  @Field(() => Date, { description: 'When it was pressed.' })
  readonly at!: Date;

  static from(pressed: Pressed): PressedActionModel {
    return Object.assign(new PressedActionModel(), pressed);
  }
}

@ObjectType('AdvisorFailure', { description: 'An advisor that could not be asked.' })
export class AdvisorFailureModel {
  @Field(() => Id, { description: 'Its account.' })
  readonly accountId!: string;

  @Field(() => String, { description: 'Why, in words.' })
  readonly because!: string;
}

@ObjectType('CheckedSuggestions', { description: 'What was found for the need that was asked last, with its availability now.' })
export class CheckedSuggestionsModel {
  @Field(() => ConversationModel, { description: 'The conversation.' })
  readonly conversation!: ConversationModel;

  @Field(() => [SuggestionModel], { description: 'The best first.' })
  readonly suggestions!: readonly SuggestionModel[];

  @Field(() => [AdvisorFailureModel], { description: 'Advisors that could not say: theirs are as they were before.' })
  readonly failures!: readonly AdvisorFailureModel[];
}

export const AskResult = createUnionType({
  name: 'AskResult',
  description: 'The conversation, whose suggestions come in from now on; or why nobody was asked.',
  types: () => [ConversationModel, NeedNotHeard] as const,
});

export const PressResult = createUnionType({
  name: 'PressResult',
  description: 'What came of it, or why it was not done.',
  types: () => [PressedActionModel, ActionFailed] as const,
});
