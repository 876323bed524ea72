import { ArgsType, Field } from '@nestjs/graphql';
import { Id, PageArgs } from '../../graphql/index.js';
import type { SearchCategory, SearchEffect } from './saved-search.row.js';
import { SearchCategoryEnum, SearchEffectEnum } from './saved-search.model.js';
import type { SearchTold } from './saved-searches.service.js';

@ArgsType()
export class SavedSearchesArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'That this library uses: its own and those of the libraries above it. Without it, all that you may see.' })
  readonly libraryId?: string | null;

  @Field(() => SearchEffectEnum, { nullable: true, description: 'That do this.' })
  readonly does?: SearchEffect | null;
}

@ArgsType()
class SearchPlaceArgs {
  @Field(() => [Id], { nullable: true, description: 'Of `narrow`: lists of its library, by which only what it finds comes in.' })
  readonly listIds?: readonly string[] | null;

  @Field(() => [Id], { nullable: true, description: 'Of `narrow`: follows of its library, by which only what it finds comes in. A timeline lets nothing else in.' })
  readonly followIds?: readonly string[] | null;

  @Field(() => Id, { nullable: true, description: 'Of `poll`: the account whose network is asked.' })
  readonly accountId?: string | null;

  @Field(() => Id, { nullable: true, description: 'Of `poll`: the list of its library on which the asking stands, as a follow.' })
  readonly listId?: string | null;
}

@ArgsType()
export class CreateSavedSearchArgs extends SearchPlaceArgs {
  @Field(() => Id, { description: 'Whose it is.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'Its name, of 200 characters at most.' })
  readonly name!: string;

  @Field(() => String, { description: 'What to look for: words, "phrases", beginnings*, #hashtags, emoji, lang:en, AND, OR, -exclusions and parentheses.' })
  readonly text!: string;

  @Field(() => SearchEffectEnum, { description: 'What it does.' })
  readonly does!: SearchEffect;

  @Field(() => String, { description: 'Why it is there.' })
  readonly reason!: string;

  @Field(() => SearchCategoryEnum, { description: 'What it looks for.' })
  readonly category!: SearchCategory;
}

@ArgsType()
export class ChangeSavedSearchArgs extends SearchPlaceArgs {
  @Field(() => Id, { description: 'Which.' })
  readonly searchId!: string;

  @Field(() => String, { nullable: true, description: 'Its name. What is not given stays.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'What to look for.' })
  readonly text?: string | null;

  @Field(() => SearchEffectEnum, { nullable: true, description: 'What it does.' })
  readonly does?: SearchEffect | null;

  @Field(() => String, { nullable: true, description: 'Why it is there.' })
  readonly reason?: string | null;

  @Field(() => SearchCategoryEnum, { nullable: true, description: 'What it looks for.' })
  readonly category?: SearchCategory | null;
}

type Told = { readonly [Fact in keyof SearchTold]: SearchTold[Fact] | undefined };

/** What was given, without what was not. */
export const toldOf = ({ name, text, does, reason, category, listIds, followIds, accountId, listId }: Omit<ChangeSavedSearchArgs, 'searchId'>): Told => ({
  name: name ?? undefined, text: text ?? undefined, does: does ?? undefined, reason: reason ?? undefined, category: category ?? undefined,
  listIds: listIds ?? undefined, followIds: followIds ?? undefined, accountId: accountId ?? undefined, listId: listId ?? undefined,
});
