import { ArgsType, Field, Int } from '@nestjs/graphql';
import { Id, PageArgs } from '../graphql/index.js';
import { FollowCategoryEnum, FollowKindEnum } from './enums.js';
import type { FollowCategory, FollowKind } from './follow.row.js';
import type { FollowFilter } from './follows.repository.js';
import { optionalWords, writtenDay } from './written-words.js';

export const accountsMeaning = 'The accounts that hear them, in the order in which they are asked. Without it, all by which the library of the list hears, its own first.';

@ArgsType()
export class FollowListsArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'By which this library hears: its own lists and those of the libraries above it. Without it, all that you may see.' })
  readonly libraryId?: string | null;
}

@ArgsType()
export class FollowsArgs extends FollowListsArgs {
  @Field(() => Id, { nullable: true, description: 'On this list.' })
  readonly listId?: string | null;

  @Field(() => FollowKindEnum, { nullable: true, description: 'Of this kind.' })
  readonly kind?: FollowKind | null;

  @Field(() => FollowCategoryEnum, { nullable: true, description: 'Of this category.' })
  readonly category?: FollowCategory | null;

  @Field(() => String, { nullable: true, description: 'Due for review on this day, as 2026-03-01, or earlier.' })
  readonly dueOn?: string | null;

  @Field(() => String, { nullable: true, description: 'With this in the label, in any case.' })
  readonly label?: string | null;
}

/** What the arguments ask for. @throws PlatformError BAD_INPUT */
export const filterOf = (args: FollowsArgs): FollowFilter => ({
  libraryId: args.libraryId ?? undefined,
  listId: args.listId ?? undefined,
  kind: args.kind ?? undefined,
  category: args.category ?? undefined,
  dueOn: writtenDay(args.dueOn, 'dueOn') ?? undefined,
  label: optionalWords(args.label, 'label', 300) ?? undefined,
});

/** What is said of all that is followed at once. */
@ArgsType()
export abstract class FollowFactsArgs {
  @Field(() => String, { description: 'Why they are followed, as "chamber of commerce".' })
  readonly reason!: string;

  @Field(() => FollowCategoryEnum, { description: 'What they are for the town.' })
  readonly category!: FollowCategory;

  @Field(() => String, { nullable: true, description: 'The day on which to ask whether they should stay, as 2026-03-01.' })
  readonly reviewOn?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many days what they bring is kept, if not as usual.' })
  readonly keepDays?: number | null;
}

@ArgsType()
export class AddFollowsArgs extends FollowFactsArgs {
  @Field(() => Id, { description: 'The list that they go onto.' })
  readonly listId!: string;

  @Field(() => [Id], { nullable: true, description: accountsMeaning })
  readonly accountIds?: readonly string[] | null;

  @Field(() => String, { description: 'What to follow, one a line: addresses, names, hashtags. At most 100 lines: bring more in by an import.' })
  readonly text!: string;
}

@ArgsType()
export class ChangeFollowArgs {
  @Field(() => Id, { description: 'Which follow.' })
  readonly followId!: string;

  @Field(() => String, { nullable: true, description: 'Why it is followed. What is not given stays.' })
  readonly reason?: string | null;

  @Field(() => FollowCategoryEnum, { nullable: true, description: 'What it is for the town.' })
  readonly category?: FollowCategory | null;

  @Field(() => String, { nullable: true, description: 'When to review it; null: not any more.' })
  readonly reviewOn?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many days to keep what it brings; null: as usual.' })
  readonly keepDays?: number | null;
}
