import { Field, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../graphql/index.js';
import type { FollowLine } from './add-follows.service.js';
import { FollowCategoryEnum, FollowKindEnum, LineOutcomeEnum } from './enums.js';
import type { FollowCategory, FollowKind, FollowListRow, FollowRow, StoredListSource } from './follow.row.js';
import type { FollowTarget } from './found-entry.js';
import type { LineOutcome } from './imports/follow-import.row.js';

@ObjectType('FollowListSource', { description: "Another library's list, of which a list was made." })
export class FollowListSourceModel {
  @Field(() => String, { description: 'The name of the library that gave it.' })
  readonly library!: string;

  @Field(() => String, { description: 'The name of the list there.' })
  readonly list!: string;

  @Field(() => Date, { description: 'When it was given.' })
  readonly exportedAt!: Date;

  @Field(() => Date, { description: 'When it came in here.' })
  readonly importedAt!: Date;

  static of({ library, list, exportedAt, importedAt }: StoredListSource): FollowListSourceModel {
    return Object.assign(new FollowListSourceModel(), { library, list, exportedAt: new Date(exportedAt), importedAt: new Date(importedAt) });
  }
}

@ObjectType('FollowList', { description: 'A named list of follows. Its library writes it; that library and all below it hear by it.' })
export class FollowListModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library that writes it.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'Its name, which no other list of its library has.' })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  readonly description!: string | null;

  @Field(() => [FollowListSourceModel], { description: 'Of which lists of other libraries it was made, the latest last.' })
  readonly sources!: readonly FollowListSourceModel[];

  @Field(() => Id, { nullable: true, description: 'Who made it.' })
  readonly createdById!: string | null;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  readonly removedAt!: Date | null;

  static fromRow({ createdBy, sources, ...row }: FollowListRow): FollowListModel {
    return Object.assign(new FollowListModel(), row, { createdById: createdBy, sources: sources.map(FollowListSourceModel.of) });
  }
}

@ObjectType({ description: 'A page of a list of FollowList.' })
export class FollowListConnection extends connectionOf('FollowList', FollowListModel) {}

@ObjectType('Follow', { description: 'One thing that a library listens to, and why.' })
export class FollowModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library that follows.' })
  readonly libraryId!: string;

  @Field(() => Id, { description: 'The list that it is on.' })
  readonly listId!: string;

  @Field(() => Id, { description: 'The account by which it is heard.' })
  readonly accountId!: string;

  @Field(() => FollowKindEnum, { description: 'What is followed.' })
  readonly kind!: FollowKind;

  @Field(() => String, { description: 'On which network.' })
  readonly network!: string;

  @Field(() => String, { description: 'What names it for ever.' })
  readonly key!: string;

  @Field(() => String, { description: 'What people read.' })
  readonly label!: string;

  @Field(() => String, { description: 'Why it is followed.' })
  readonly reason!: string;

  @Field(() => FollowCategoryEnum, { description: 'What it is for the town.' })
  readonly category!: FollowCategory;

  @Field(() => Id, { nullable: true, description: 'Who added it.' })
  readonly addedById!: string | null;

  @Field(() => Date, { description: 'When it was added.' })
  readonly addedAt!: Date;

  @Field(() => String, { nullable: true, description: 'The day on which to ask whether it should stay, as 2026-03-01.' })
  readonly reviewOn!: string | null;

  @Field(() => String, { nullable: true, description: 'It is not shown for review before this day, as 2026-03-01.' })
  readonly quietUntil!: string | null;

  @Field(() => Int, { nullable: true, description: 'How many days what it brings is kept, if not as usual.' })
  readonly keepDays!: number | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  readonly removedAt!: Date | null;

  static fromRow({ addedBy, ...row }: FollowRow): FollowModel {
    return Object.assign(new FollowModel(), row, { addedById: addedBy });
  }
}

@ObjectType({ description: 'A page of a list of Follow.' })
export class FollowConnection extends connectionOf('Follow', FollowModel) {}

@ObjectType('FollowTarget', { description: 'Something that could be followed.' })
export class FollowTargetModel {
  @Field(() => FollowKindEnum, { description: 'What it is.' })
  readonly kind!: FollowKind;

  @Field(() => String, { description: 'On which network.' })
  readonly network!: string;

  @Field(() => String, { description: 'What names it for ever.' })
  readonly key!: string;

  @Field(() => String, { description: 'What people read.' })
  readonly label!: string;

  static fromTarget(target: FollowTarget): FollowTargetModel {
    return Object.assign(new FollowTargetModel(), target);
  }
}

@ObjectType('FollowLine', { description: 'What becomes, or became, of one line.' })
export class FollowLineModel {
  @Field(() => Int, { description: 'Its number, from 1.' })
  readonly line!: number;

  @Field(() => String, { description: 'What it says.' })
  readonly text!: string;

  @Field(() => LineOutcomeEnum, { description: 'What becomes of it.' })
  readonly outcome!: LineOutcome;

  @Field(() => String, { nullable: true, description: 'Why it is not simply added.' })
  readonly why!: string | null;

  @Field(() => String, { nullable: true, description: 'What can be done about it.' })
  readonly whatToDo!: string | null;

  @Field(() => [FollowTargetModel], { description: 'What it names.' })
  readonly targets!: readonly FollowTargetModel[];

  @Field(() => Id, { nullable: true, description: 'The follow that it is, where there is one.' })
  readonly followId!: string | null;

  static fromLine({ targets, cure, ...line }: FollowLine): FollowLineModel {
    return Object.assign(new FollowLineModel(), line, { whatToDo: cure, targets: targets.map(FollowTargetModel.fromTarget) });
  }
}

@ObjectType('FollowReport', { description: 'What becomes, or became, of what was given, line by line.' })
export class FollowReportModel {
  @Field(() => [FollowLineModel], { description: 'In the order of the lines; empty lines are left out.' })
  readonly lines!: readonly FollowLineModel[];

  static of(lines: readonly FollowLine[]): FollowReportModel {
    return Object.assign(new FollowReportModel(), { lines: lines.map(FollowLineModel.fromLine) });
  }
}
