import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { FollowKindEnum, type FollowKind } from '../follows/index.js';
import { connectionOf, Id, PageArgs } from '../graphql/index.js';
import type { FollowSuggestionRow } from './follow-suggestions.repository.js';

@ObjectType('FollowSuggestion', { description: 'Something that a library could follow. Nothing is followed by itself: followSuggestion, or dismissFollowSuggestion.' })
export class FollowSuggestionModel {
  @Field(() => FollowKindEnum, { description: 'What it is.' })
  readonly kind!: FollowKind;

  @Field(() => String, { description: 'On which network.' })
  readonly network!: string;

  @Field(() => String, { description: 'What names it for ever.' })
  readonly key!: string;

  @Field(() => String, { description: 'What people read.' })
  readonly label!: string;

  @Field(() => [String], { description: 'Why it is suggested, in English.' })
  readonly reasons!: readonly string[];

  @Field(() => Int, { description: 'In how many conversations that you answered it took part.' })
  readonly conversations!: number;

  @Field(() => Int, { description: 'How many other libraries of your consortium follow it.' })
  readonly libraries!: number;

  static fromRow({ kind, network, key, label, conversations, libraries }: FollowSuggestionRow): FollowSuggestionModel {
    const reasons = [
      ...(conversations === 0 ? [] : [`took part in ${conversations === 1 ? 'a conversation' : `${conversations} conversations`} that you answered`]),
      ...(libraries === 0 ? [] : [libraries === 1 ? 'another library of your consortium follows it' : `${libraries} other libraries of your consortium follow it`]),
    ];
    return Object.assign(new FollowSuggestionModel(), { kind, network, key, label, conversations, libraries, reasons });
  }
}

@ObjectType({ description: 'A page of a list of FollowSuggestion.' })
export class FollowSuggestionConnection extends connectionOf('FollowSuggestion', FollowSuggestionModel) {}

@ArgsType()
export class FollowSuggestionsArgs extends PageArgs {
  @Field(() => Id, { description: 'For which library.' })
  readonly libraryId!: string;
}

@ArgsType()
export class SuggestionNamedArgs {
  @Field(() => Id, { description: 'The library that it was suggested to.' })
  readonly libraryId!: string;

  @Field(() => FollowKindEnum, { description: 'What it is.' })
  readonly kind!: FollowKind;

  @Field(() => String, { description: 'On which network.' })
  readonly network!: string;

  @Field(() => String, { description: 'What names it.' })
  readonly key!: string;
}
