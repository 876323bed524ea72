import { Field, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../../../graphql/index.js';
import type { Role } from '../../actor.js';
import type { GrantRow, PersonRow } from '../../staff.reader.js';
import { RoleEnum } from './enums.js';

@ObjectType('LibraryRole', { description: 'A role that somebody was given at a library. It holds below that library, too.' })
export class LibraryRoleModel {
  @Field(() => Id, { description: 'Where.' })
  libraryId!: string;

  @Field(() => RoleEnum, { description: 'Which.' })
  role!: Role;

  @Field(() => Date, { description: 'Since when.' })
  grantedAt!: Date;

  static fromRow({ libraryId, role, grantedAt }: GrantRow): LibraryRoleModel {
    return Object.assign(new LibraryRoleModel(), { libraryId, role, grantedAt });
  }
}

@ObjectType('Person', { description: 'A member of staff.' })
export class PersonModel {
  @Field(() => Id, { description: 'Also the id of the actor.' })
  id!: string;

  @Field(() => String, { description: 'As they are called.' })
  name!: string;

  @Field(() => String, { description: 'By which they sign in.' })
  email!: string;

  @Field(() => Date, { description: 'When they were invited.' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'Since when they cannot sign in any more.' })
  deactivatedAt!: Date | null;

  static fromRow({ id, name, email, createdAt, deactivatedAt }: PersonRow): PersonModel {
    return Object.assign(new PersonModel(), { id, name, email, createdAt, deactivatedAt });
  }
}

@ObjectType({ description: 'A page of staff.' })
export class PersonConnection extends connectionOf('Person', PersonModel) {}
