import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { enumOf, Id, PageArgs } from '../../graphql/index.js';
import { type ColumnMeaning } from '../documents/csv-columns.js';
import { type Encoding } from '../documents/decode-text.js';
import type { DocumentFormat, DocumentReading } from '../documents/read-document.js';
import type { Delimiter } from '../documents/read-csv.js';
import { PlatformError } from '../../errors/index.js';
import { FollowCategoryEnum, LineOutcomeEnum } from '../enums.js';
import { accountsMeaning } from '../follow.args.js';
import type { FollowCategory } from '../follow.row.js';
import { writtenChoice } from '../written-words.js';
import { delimiters } from '../documents/read-csv.js';
import { encodings } from '../documents/decode-text.js';
import type { LineOutcome } from './follow-import.row.js';

export const DocumentFormatEnum = enumOf<DocumentFormat>('ListDocumentFormat', 'How a document of things to follow is written.', {
  lines: 'One thing a line.',
  csv: 'A table.',
  opml: 'What feed readers export.',
  json: 'What another installation of Earshot exports.',
});
const ColumnMeaningEnum = enumOf<ColumnMeaning>('ListColumnMeaning', 'What a column of a table says.', {
  target: 'What to follow.',
  label: 'What people read.',
  reason: 'Why it is followed.',
  category: 'What it is for the town.',
  'review-on': 'The day on which to ask whether it should stay, as 2026-03-01.',
  'keep-days': 'How many days what it brings is kept.',
});

@InputType({ description: 'That a column of a table says this.' })
export class ListColumnInput {
  @Field(() => String, { description: 'Its name in the first row, or its number from 1.' })
  readonly column!: string;

  @Field(() => ColumnMeaningEnum, { description: 'What it says.' })
  readonly means!: ColumnMeaning;
}

@ArgsType()
export class ReadFollowImportArgs {
  @Field(() => Id, { description: 'Which import.' })
  readonly importId!: string;

  @Field(() => DocumentFormatEnum, { nullable: true, description: 'How it is written; found out where it is not told.' })
  readonly format?: DocumentFormat | null;

  @Field(() => String, { nullable: true, description: 'utf-8, utf-16le, utf-16be or windows-1252; found out where it is not told.' })
  readonly encoding?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a table, what stands between its columns: a comma, semicolon, tab or vertical bar; found out where it is not told.' })
  readonly delimiter?: string | null;

  @Field(() => [ListColumnInput], { nullable: true, description: 'Of a table, what its columns say; those with usual names need not be told.' })
  readonly columns?: readonly ListColumnInput[] | null;

  @Field(() => [Id], { nullable: true, description: accountsMeaning })
  readonly accountIds?: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'Why they are followed: for each line that does not say it.' })
  readonly reason?: string | null;

  @Field(() => FollowCategoryEnum, { nullable: true, description: 'What they are for the town: for each line that does not say it.' })
  readonly category?: FollowCategory | null;

  @Field(() => String, { nullable: true, description: 'The day on which to ask whether they should stay: for each line that does not say it.' })
  readonly reviewOn?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many days what they bring is kept: for each line that does not say it.' })
  readonly keepDays?: number | null;
}

/** @throws PlatformError BAD_INPUT */
export const readingOf = ({ format, encoding, delimiter, columns }: ReadFollowImportArgs): DocumentReading => {
  if ((columns?.length ?? 0) > 50) throw new PlatformError('BAD_INPUT', 'Say of 50 columns at most what they mean.', 'columns');
  return {
    format: format ?? undefined,
    encoding: encoding == null ? undefined : writtenChoice<Encoding>(encoding, encodings, 'encoding'),
    delimiter: delimiter == null ? undefined : writtenChoice<Delimiter>(delimiter, delimiters, 'delimiter'),
    columns: columns ?? [],
  };
};

@ArgsType()
export class FollowImportsArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'Into this list.' })
  readonly listId?: string | null;
}

@ArgsType()
export class FollowImportLinesArgs extends PageArgs {
  @Field(() => [LineOutcomeEnum], { nullable: true, description: 'With one of these outcomes.' })
  readonly outcomes?: readonly LineOutcome[] | null;
}
