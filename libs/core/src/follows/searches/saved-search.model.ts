import { Field, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id } from '../../graphql/index.js';
import { printSearch, readSearch } from '../search-syntax/index.js';
import type { SavedSearchRow, SearchCategory, SearchEffect } from './saved-search.row.js';

export const SearchEffectEnum = enumOf<SearchEffect>('SearchEffect', 'What a saved search does. It lets nothing in that no follow brings.', {
  raise: 'What came in and it finds ranks higher.',
  narrow: 'By some follows and lists only what it finds comes in.',
  poll: 'A network looks for it, and of what that finds, what the search finds comes in.',
});

export const SearchCategoryEnum = enumOf<SearchCategory>('SearchCategory', 'What a search looks for.', {
  topic: 'A subject.',
  place: 'A place.',
  event: 'An event.',
  service: "A service of the library's.",
  other: 'Something else.',
});

@ObjectType('SavedSearch', { description: 'What a library looks for in what it hears. Its library writes it; that library and all below it use it.' })
export class SavedSearchModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library that writes it.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'Its name, which no other search of its library has. Conversations that it raised say it.' })
  readonly name!: string;

  @Field(() => String, { description: 'What it looks for, as it was written.' })
  readonly text!: string;

  @Field(() => String, { nullable: true, description: 'How it is read, with a parenthesis wherever one could doubt. Null where this version cannot read it any more: it finds nothing then.' })
  readonly asRead!: string | null;

  @Field(() => SearchEffectEnum, { description: 'What it does.' })
  readonly does!: SearchEffect;

  @Field(() => String, { description: 'Why it is there.' })
  readonly reason!: string;

  @Field(() => SearchCategoryEnum, { description: 'What it looks for.' })
  readonly category!: SearchCategory;

  readonly listIds!: readonly string[];
  readonly followIds!: readonly string[];
  readonly pollId!: string | null;
  readonly createdById!: string | null;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt!: Date;

  @Field(() => Date, { description: 'When it was changed last.' })
  readonly changedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  readonly removedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether its last change can be undone.' })
  readonly undoable!: boolean;

  static fromRow({ createdBy, ...row }: SavedSearchRow): SavedSearchModel {
    const { query } = readSearch(row.text);
    return Object.assign(new SavedSearchModel(), row, { createdById: createdBy, asRead: query === undefined ? null : printSearch(query) });
  }
}

@ObjectType({ description: 'A page of a list of SavedSearch.' })
export class SavedSearchConnection extends connectionOf('SavedSearch', SavedSearchModel) {}

@ObjectType('SearchReading', { description: 'A text that is a search.' })
export class SearchReadingModel {
  @Field(() => String, { description: 'How it is read, with a parenthesis wherever one could doubt.' })
  readonly asRead!: string;
}
