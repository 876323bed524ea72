import { createUnionType, Field, InputType, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../../../graphql/index.js';
import type { Role } from '../../actor.js';
import { RoleEnum } from './enums.js';
import { PersonModel } from './person.model.js';

@InputType({ description: 'Whom to invite, and as what.' })
export class InvitePersonInput {
  @Field(() => Id, { description: 'Where their role shall hold, and below.' })
  libraryId!: string;

  @Field(() => String, { description: 'By which they will sign in.' })
  email!: string;

  @Field(() => String, { description: 'As they are called.' })
  name!: string;

  @Field(() => RoleEnum, { description: 'Their role.' })
  role!: Role;
}

@ObjectType('PasswordLink', { description: 'A link by which a person chooses their password, once, within three days.' })
export class PasswordLinkModel {
  @Field(() => Id, { description: 'Whose.' })
  personId!: string;

  @Field(() => String, { description: "Path and query, to be sent to them behind this installation's address. It is told here and never again." })
  path!: string;

  static of(personId: string, key: string): PasswordLinkModel {
    return Object.assign(new PasswordLinkModel(), { personId, path: `/password?key=${key}` });
  }
}

@ObjectType('EmailTaken', { implements: () => UserError, description: 'Somebody has this e-mail address already.' })
export class EmailTakenModel extends UserError {
  readonly code = 'EMAIL_TAKEN';
  readonly message = 'Somebody has this e-mail address already. If they work for you too, change their role instead.';
}

@ObjectType({ implements: () => UserError, description: 'You cannot do this to yourself.' })
export class OwnRole extends UserError {
  readonly code = 'OWN_ROLE';
  readonly message = 'Nobody changes or ends their own role: an administrator would be missing. Ask another one.';
}

@ObjectType({ implements: () => UserError, description: 'The colleague who was named can have nothing of this work.' })
export class CannotHaveWork extends UserError {
  readonly code = 'CANNOT_HAVE_WORK';
  readonly message = 'They are no librarian or administrator where this work is, or it is their own: name somebody else, or nobody.';
}

export const InvitePersonResult = createUnionType({
  name: 'InvitePersonResult',
  description: 'The link for whom you invited, or why there is none.',
  types: () => [PasswordLinkModel, EmailTakenModel] as const,
});

export const ChangePersonResult = createUnionType({
  name: 'ChangePersonResult',
  description: 'The person as they are now, or why they are as they were.',
  types: () => [PersonModel, OwnRole] as const,
});

export const DeactivatePersonResult = createUnionType({
  name: 'DeactivatePersonResult',
  description: 'The person as they are now, or why they are as they were.',
  types: () => [PersonModel, OwnRole, CannotHaveWork] as const,
});
