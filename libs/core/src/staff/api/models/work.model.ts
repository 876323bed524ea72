import { Field, Int, ObjectType, createUnionType } from '@nestjs/graphql';
import type { Work } from '../../leaving/work.repository.js';
import { CannotHaveWork } from './staff-results.model.js';

@ObjectType('Work', { description: 'How much somebody has in hand.' })
export class WorkModel implements Work {
  @Field(() => Int, { description: 'Conversations that they have and that are not closed.' })
  readonly openConversations!: number;

  @Field(() => Int, { description: 'Replies that they drafted and nobody approved yet. They stay, with their name, when they leave.' })
  readonly drafts!: number;

  @Field(() => Int, { description: 'Replies that they approved and that have not left. When they leave these need another approver.' })
  readonly approvals!: number;

  static from(work: Work): WorkModel {
    return Object.assign(new WorkModel(), work);
  }
}

@ObjectType({ description: 'That work was handed on.' })
export class WorkHandedOn {
  @Field(() => Int, { description: 'How many conversations changed hands.' })
  readonly conversations: number;

  constructor(conversations: number) {
    this.conversations = conversations;
  }
}

export const HandOnWorkResult = createUnionType({
  name: 'HandOnWorkResult',
  description: 'How much was handed on, or why nothing was.',
  types: () => [WorkHandedOn, CannotHaveWork] as const,
});
