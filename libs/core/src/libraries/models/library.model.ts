import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id } from '../../graphql/index.js';
import type { LibraryKind, LibraryRow } from '../libraries.repository.js';

export const LibraryKindEnum = enumOf<LibraryKind>('LibraryKind', 'What kind of member somebody is.', {
  consortium: 'A group of libraries.',
  library: 'A library.',
  branch: 'A branch of a library.',
});

@ObjectType('Library', { description: 'A member of this installation: a consortium, a library or a branch, in a tree.' })
export class LibraryModel {
  @Field(() => Id, { description: 'Its id.' })
  id!: string;

  @Field(() => LibraryKindEnum, { description: 'What kind of member it is.' })
  kind!: LibraryKind;

  @Field(() => String, { description: 'As people call it.' })
  name!: string;

  @Field(() => String, { description: 'As the command line and addresses call it. Stays.' })
  handle!: string;

  @Field(() => [String], { description: 'The languages that its staff read, as tags: "en", "pt-BR".' })
  languages!: readonly string[];

  @Field(() => String, { description: 'The name of its time zone: "Europe/Lisbon".' })
  timeZone!: string;

  @Field(() => Date, { description: 'Since when it is a member.' })
  createdAt!: Date;

  parentId!: string | null;

  static fromRow({ id, kind, name, handle, languages, timeZone, createdAt, parentId }: LibraryRow): LibraryModel {
    return Object.assign(new LibraryModel(), { id, kind, name, handle, languages, timeZone, createdAt, parentId });
  }
}

@ObjectType({ description: 'A page of libraries.' })
export class LibraryConnection extends connectionOf('Library', LibraryModel) {}

@InputType({ description: 'A library to found.' })
export class FoundLibraryInput {
  @Field(() => Id, { description: 'Below which one. You are administrator there.' })
  parentId!: string;

  @Field(() => LibraryKindEnum, { description: 'A library below a consortium, or a branch below a library.' })
  kind!: 'library' | 'branch';

  @Field(() => String, { description: 'As people call it.' })
  name!: string;

  @Field(() => String, { description: 'Small letters, digits and dashes: its name on the command line, for good.' })
  handle!: string;

  @Field(() => [String], { defaultValue: ['en'], description: 'The languages that its staff read.' })
  languages!: string[];

  @Field(() => String, { defaultValue: 'UTC', description: 'The name of its time zone.' })
  timeZone!: string;
}

@InputType({ description: 'What of a library to change. What is left out stays.' })
export class UpdateLibraryInput {
  @Field(() => Id, { description: 'Which.' })
  libraryId!: string;

  @Field(() => String, { nullable: true, description: 'As people call it.' })
  name?: string | null;

  @Field(() => [String], { nullable: true, description: 'The languages that its staff read.' })
  languages?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The name of its time zone.' })
  timeZone?: string | null;
}
