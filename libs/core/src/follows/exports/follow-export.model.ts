import { Field, Int, ObjectType } from '@nestjs/graphql';
import { enumOf } from '../../graphql/index.js';
import type { LeftOut } from './without-persons.js';
import type { ExportFormat, WrittenList } from './write-list.js';

export const ExportFormatEnum = enumOf<ExportFormat>('FollowListExportFormat', 'For whom a follow list is written down.', {
  json: 'For another installation of Earshot.',
  opml: 'For a feed reader: feeds alone.',
});

@ObjectType('LeftOutFollows', { description: 'Follows that a document does not hold.' })
export class LeftOutModel {
  @Field(() => String, { description: 'Why.' })
  readonly why!: string;

  @Field(() => Int, { description: 'How many.' })
  readonly count!: number;

  static of(leftOut: LeftOut): LeftOutModel {
    return Object.assign(new LeftOutModel(), leftOut);
  }
}

@ObjectType('FollowListExport', { description: 'A follow list as a document.' })
export class FollowListExportModel {
  @Field(() => String, { description: 'The name of the list.' })
  readonly name!: string;

  @Field(() => String, { description: 'The document itself, in UTF-8.' })
  readonly document!: string;

  @Field(() => Int, { description: 'How many follows it holds.' })
  readonly follows!: number;

  @Field(() => [LeftOutModel], { description: 'What was left out.' })
  readonly leftOut!: readonly LeftOutModel[];

  static of({ leftOut, ...written }: WrittenList & { readonly name: string }): FollowListExportModel {
    return Object.assign(new FollowListExportModel(), written, { leftOut: leftOut.map(LeftOutModel.of) });
  }
}
