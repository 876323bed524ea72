import { Field, ObjectType } from '@nestjs/graphql';
import { Id } from '../../../graphql/index.js';
import type { Actor } from '../../actor.js';
import type { ActorRow } from '../../staff.reader.js';
import { ActorKindEnum } from './enums.js';

@ObjectType('Actor', { description: 'Who did something: a person, a token, or Earshot itself.' })
export class ActorModel {
  @Field(() => Id, { description: 'Also the id of the person or the token.' })
  id!: string;

  @Field(() => ActorKindEnum, { description: 'What kind of actor it is.' })
  kind!: Actor['kind'];

  @Field(() => String, { nullable: true, description: 'The name of the person or the token; null for Earshot itself, and for a token of which you are no administrator.' })
  name!: string | null;

  static fromRow(row: ActorRow): ActorModel {
    return Object.assign(new ActorModel(), row);
  }
}
