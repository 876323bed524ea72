import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../../../graphql/index.js';
import type { Role, TokenScope } from '../../actor.js';
import type { TokenRow } from '../../staff.reader.js';
import { RoleEnum, TokenScopeEnum } from './enums.js';

@ObjectType('Token', { description: 'An API token, without its secret.' })
export class TokenModel {
  @Field(() => Id, { description: 'Also the id of the actor that it is.' })
  id!: string;

  @Field(() => String, { description: 'What it is for.' })
  name!: string;

  @Field(() => Id, { description: 'Where its role holds, and below.' })
  libraryId!: string;

  @Field(() => [TokenScopeEnum], { description: 'What it may do, within its role.' })
  scopes!: readonly TokenScope[];

  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When it ends by itself.' })
  expiresAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was used last, to the minute.' })
  lastUsedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When somebody ended it.' })
  revokedAt!: Date | null;

  createdBy!: string;

  static fromRow(row: TokenRow): TokenModel {
    const { id, name, libraryId, scopes, createdAt, expiresAt, lastUsedAt, revokedAt, createdBy } = row;
    return Object.assign(new TokenModel(), { id, name, libraryId, scopes, createdAt, expiresAt, lastUsedAt, revokedAt, createdBy });
  }
}

@ObjectType({ description: 'A page of tokens.' })
export class TokenConnection extends connectionOf('Token', TokenModel) {}

@ObjectType('MadeToken', { description: 'A token that was just made.' })
export class MadeTokenModel {
  @Field(() => Id, { description: 'To end it by.' })
  id!: string;

  @Field(() => String, { description: 'The token itself, for `Authorization: Bearer …`. It is told here and never again.' })
  secret!: string;
}

@InputType({ description: 'What a token shall be.' })
export class MakeTokenInput {
  @Field(() => Id, { description: 'Where its role shall hold.' })
  libraryId!: string;

  @Field(() => String, { description: 'What it is for.' })
  name!: string;

  @Field(() => RoleEnum, { description: 'Its role there.' })
  role!: Role;

  @Field(() => [TokenScopeEnum], { description: 'What it may do, within that role.' })
  scopes!: TokenScope[];

  @Field(() => Int, { defaultValue: 90, description: 'How many days it shall hold, from 1 to 730.' })
  days!: number;
}
