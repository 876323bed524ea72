import { Field, ObjectType } from '@nestjs/graphql';
import { enumOf, Id } from '../graphql/index.js';
import type { Decided, DecisionKind } from './follow-decisions.service.js';
import { FollowModel } from './follow.model.js';

const DecisionKindEnum = enumOf<DecisionKind>('FollowDecisionKind', 'What was decided about a follow.', {
  keep: 'It stays, and is reviewed again later.',
  snooze: 'It is looked at later.',
  remove: 'It ended.',
});

@ObjectType('FollowDecision', { description: 'What somebody decided about a follow that was reviewed.' })
export class FollowDecisionModel {
  @Field(() => Id, { description: 'Its id, by which it is undone.' })
  readonly id!: string;

  @Field(() => DecisionKindEnum, { description: 'What.' })
  readonly kind!: DecisionKind;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was undone.' })
  readonly undoneAt!: Date | null;

  @Field(() => FollowModel, { description: 'The follow as it is now.' })
  readonly follow!: FollowModel;

  static of({ decision: { id, kind, at, undoneAt }, follow }: Decided): FollowDecisionModel {
    return Object.assign(new FollowDecisionModel(), { id, kind, at, undoneAt, follow: FollowModel.fromRow(follow) });
  }
}
