import { Field, ObjectType } from '@nestjs/graphql';
import { Id, connectionOf } from '../../graphql/index.js';
import type { UnmetNeedRow } from './unmet-needs.repository.js';

@ObjectType('UnmetNeed', { description: 'What somebody asked for and the library could not give, in the words of whoever closed the conversation.' })
export class UnmetNeedModel {
  @Field(() => Id, { description: 'Of this need.' })
  readonly id!: string;

  @Field(() => String, { description: 'What was asked for.' })
  readonly need!: string;

  @Field(() => Id, { description: 'The conversation in which it was asked.' })
  readonly conversationId!: string;

  @Field(() => Date, { description: 'When the conversation was closed with it.' })
  readonly at!: Date;

  @Field(() => Date, { nullable: true, description: 'When it could be met at last; null where it could not yet.' })
  readonly metAt!: Date | null;

  @Field(() => Id, { nullable: true, description: 'Who says so.' })
  readonly metById!: string | null;

  static fromRow({ metBy, ...row }: UnmetNeedRow): UnmetNeedModel {
    return Object.assign(new UnmetNeedModel(), row, { metById: metBy });
  }
}

@ObjectType({ description: 'A page of a list of UnmetNeed.' })
export class UnmetNeedConnection extends connectionOf('UnmetNeed', UnmetNeedModel) {}
