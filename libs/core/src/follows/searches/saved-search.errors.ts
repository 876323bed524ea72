import { Field, Int, ObjectType } from '@nestjs/graphql';
import { enumOf, Id, UserError } from '../../graphql/index.js';
import type { SearchFault, SearchFaultKind } from '../search-syntax/index.js';

const SearchFaultEnum = enumOf<SearchFaultKind>('SearchFault', 'Why a text is no search.', {
  empty: 'There is nothing in it.',
  'too-long': 'It has too many characters.',
  'too-many-terms': 'It looks for too many things.',
  'too-deep': 'Parentheses or exclusions stand too deep within one another.',
  'unclosed-quote': 'A quote is not closed.',
  unbalanced: 'A parenthesis has no counterpart.',
  unexpected: 'Something is missing, or cannot stand where it stands.',
  'nothing-to-look-for': 'A term has no letter, digit or emoji.',
  'unknown-filter': 'There is no such filter.',
  'too-short': 'The beginning of a word is too short.',
  'nothing-positive': 'It only says what to leave out.',
});

@ObjectType({ implements: () => UserError, description: 'The text is no search; where and why.' })
export class SearchNotUnderstood extends UserError {
  readonly code = 'SEARCH_NOT_UNDERSTOOD';
  readonly message!: string;

  @Field(() => SearchFaultEnum, { description: 'What is wrong.' })
  readonly fault!: SearchFaultKind;

  @Field(() => Int, { description: 'Where it begins, in UTF-16 units from the start, as editors count.' })
  readonly offset!: number;

  @Field(() => Int, { description: 'How long it is, in UTF-16 units; 0 where something is missing.' })
  readonly length!: number;

  @Field(() => Int, { description: 'In which line, from 1.' })
  readonly line!: number;

  @Field(() => Int, { description: 'At which character of the line, from 1.' })
  readonly column!: number;

  @Field(() => String, { nullable: true, description: 'What could stand there, in words.' })
  readonly expected!: string | null;

  static of({ kind, ...fault }: SearchFault): SearchNotUnderstood {
    return Object.assign(new SearchNotUnderstood(), fault, { fault: kind });
  }
}

@ObjectType({ implements: () => UserError, description: 'The library has a saved search of that name.' })
export class SearchNameTaken extends UserError {
  readonly code = 'SEARCH_NAME_TAKEN';
  readonly message = 'This library has a saved search of that name already: choose another, or change that one.';

  @Field(() => Id, { description: 'The search that has the name.' })
  readonly searchId: string;

  constructor(searchId: string) {
    super();
    this.searchId = searchId;
  }
}

@ObjectType({ implements: () => UserError, description: 'The network of the account does not look for this.' })
export class SearchNotOffered extends UserError {
  readonly code = 'SEARCH_NOT_OFFERED';
  readonly message: string;

  constructor(why?: string) {
    super();
    this.message = why ?? 'The network of this account offers no search, or none for such a text. The search can still raise or narrow what is heard.';
  }
}
