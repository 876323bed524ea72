import { Field, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../../../graphql/index.js';
import type { AuditRow } from '../../staff.reader.js';

@ObjectType('AuditEntry', { description: 'Something that somebody did. Entries are never changed.' })
export class AuditEntryModel {
  @Field(() => Id, { description: 'Of the entry.' })
  id!: string;

  @Field(() => Id, { description: 'At which library.' })
  libraryId!: string;

  @Field(() => String, { description: 'What, as `staff.invited`.' })
  action!: string;

  @Field(() => String, { description: 'The kind of thing that it was done to.' })
  subjectKind!: string;

  @Field(() => String, { nullable: true, description: 'Which one.' })
  subjectId!: string | null;

  @Field(() => Date, { description: 'When.' })
  at!: Date;

  @Field(() => String, { description: 'Ids, choices and numbers about it, as a JSON object.' })
  detail!: string;

  actorId!: string | null;

  static fromRow(row: AuditRow): AuditEntryModel {
    const { id, libraryId, actorId, action, subjectKind, subjectId, at } = row;
    return Object.assign(new AuditEntryModel(), { id, libraryId, actorId, action, subjectKind, subjectId, at, detail: JSON.stringify(row.detail) });
  }
}

@ObjectType({ description: 'A page of the audit log, newest first.' })
export class AuditEntryConnection extends connectionOf('AuditEntry', AuditEntryModel) {}
