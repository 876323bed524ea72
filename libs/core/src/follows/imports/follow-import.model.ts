import { Field, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../../graphql/index.js';
import { FollowCategoryEnum, ImportStateEnum, LineOutcomeEnum } from '../enums.js';
import { FollowTargetModel } from '../follow.model.js';
import type { FollowCategory } from '../follow.row.js';
import type { FollowImportLineRow, FollowImportRow, ImportState, LineOutcome } from './follow-import.row.js';
import type { OutcomeCount } from './follow-imports.reader.js';

@ObjectType('FollowImportLine', { description: 'What becomes, or became, of one line of an import.' })
export class FollowImportLineModel {
  @Field(() => Int, { description: 'Where it stands in the document, from 1: its line, or its place in a list.' })
  readonly line!: number;

  @Field(() => String, { description: 'What it says of what to follow.' })
  readonly text!: string;

  @Field(() => LineOutcomeEnum, { description: 'What becomes of it.' })
  readonly outcome!: LineOutcome;

  @Field(() => String, { nullable: true, description: 'Why it is not simply added.' })
  readonly why!: string | null;

  @Field(() => String, { nullable: true, description: 'What can be done about it.' })
  readonly whatToDo!: string | null;

  @Field(() => Id, { nullable: true, description: 'The account that would hear it, or hears it.' })
  readonly accountId!: string | null;

  @Field(() => [FollowTargetModel], { description: 'What it names; of `several`, what to choose from.' })
  readonly targets!: readonly FollowTargetModel[];

  @Field(() => String, { nullable: true, description: 'The label that the document gives it.' })
  readonly label!: string | null;

  @Field(() => String, { nullable: true, description: 'The reason that the document gives; null: that of the whole import.' })
  readonly reason!: string | null;

  @Field(() => FollowCategoryEnum, { nullable: true, description: 'The category that the document gives; null: that of the whole import.' })
  readonly category!: FollowCategory | null;

  @Field(() => Id, { nullable: true, description: 'The follow that it became, or was already.' })
  readonly followId!: string | null;

  static fromRow({ cure, targets, ...row }: FollowImportLineRow): FollowImportLineModel {
    return Object.assign(new FollowImportLineModel(), row, { whatToDo: cure, targets: targets.map(FollowTargetModel.fromTarget) });
  }
}

@ObjectType({ description: 'A page of a list of FollowImportLine.' })
export class FollowImportLineConnection extends connectionOf('FollowImportLine', FollowImportLineModel) {}

@ObjectType('FollowImportCount', { description: 'How many lines of an import have this outcome.' })
export class FollowImportCountModel {
  @Field(() => LineOutcomeEnum, { description: 'The outcome.' })
  readonly outcome!: LineOutcome;

  @Field(() => Int, { description: 'The lines.' })
  readonly count!: number;

  static of({ outcome, count }: OutcomeCount): FollowImportCountModel {
    return Object.assign(new FollowImportCountModel(), { outcome, count });
  }
}

@ObjectType('FollowImport', { description: 'A document, or a list kept on a network, on its way into a follow list. Nothing of it is followed before it is applied; its lines are kept for thirty days.' })
export class FollowImportModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library whose list it goes into.' })
  readonly libraryId!: string;

  @Field(() => Id, { description: 'The list that it goes into.' })
  readonly listId!: string;

  @Field(() => ImportStateEnum, { description: 'How far it is.' })
  readonly state!: ImportState;

  @Field(() => String, { nullable: true, description: 'Why it waits, where a network asks for it.' })
  readonly stateWords!: string | null;

  @Field(() => Int, { description: 'While it is `applying`: how many of its lines were gone through. None of them is followed before all are.' })
  readonly linesApplied!: number;

  @Field(() => String, { nullable: true, description: 'What it was read as: lines, csv, opml, json (a list of another installation) or network.' })
  readonly format!: string | null;

  @Field(() => String, { nullable: true, description: 'The encoding that it was read in.' })
  readonly encoding!: string | null;

  @Field(() => String, { nullable: true, description: 'What staff know it by: the name of the file.' })
  readonly name!: string | null;

  @Field(() => String, { nullable: true, description: "Of another library's list, the name of that library." })
  readonly sourceLibrary!: string | null;

  @Field(() => String, { nullable: true, description: "Of another library's list, its name there." })
  readonly sourceList!: string | null;

  @Field(() => [Id], { description: 'The accounts that are asked, in this order.' })
  readonly accountIds!: readonly string[];

  @Field(() => String, { nullable: true, description: 'The reason of each line that gives none.' })
  readonly reason!: string | null;

  @Field(() => FollowCategoryEnum, { nullable: true, description: 'The category of each line that gives none.' })
  readonly category!: FollowCategory | null;

  @Field(() => Date, { description: 'When it was begun.' })
  readonly madeAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was applied or discarded.' })
  readonly endedAt!: Date | null;

  readonly madeById!: string | null;

  static fromRow({ madeBy, source, ...row }: FollowImportRow): FollowImportModel {
    return Object.assign(new FollowImportModel(), row, { madeById: madeBy, sourceLibrary: source?.library ?? null, sourceList: source?.list ?? null });
  }
}

@ObjectType({ description: 'A page of a list of FollowImport.' })
export class FollowImportConnection extends connectionOf('FollowImport', FollowImportModel) {}
