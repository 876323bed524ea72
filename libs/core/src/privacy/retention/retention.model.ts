import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Id, enumOf } from '../../graphql/index.js';
import type { RetentionKind } from './retention-kinds.js';
import type { RetentionRow } from './retention-policies.js';
import type { Going, RetentionPreview } from './retention.service.js';

export const RetentionKindEnum = enumOf<RetentionKind>('RetentionKind', 'As what something is kept.', {
  context: 'Heard around something else, or by a follow that ended.',
  'no-need': 'Nobody wants anything in it.',
  need: 'Somebody wants something, or spoke to us.',
  sensitive: 'A label says that it is nothing to keep about somebody.',
  'brought-in': 'From a file or an archive.',
  answered: 'We answered.',
  'answered-words': 'The words of others in what we answered.',
});

@ObjectType('RetentionRule', { description: 'How long a library keeps one kind of what it heard.' })
export class RetentionRuleModel {
  @Field(() => RetentionKindEnum, { description: 'As what it is kept.' })
  readonly kind!: RetentionKind;

  @Field(() => Int, { description: 'Days, from the last thing that happened in the conversation.' })
  readonly days!: number;

  @Field(() => Id, { nullable: true, description: 'The library that says so, itself or one above it; null where the program does.' })
  readonly setAtId!: string | null;

  static fromRow({ setAt, ...row }: RetentionRow): RetentionRuleModel {
    return Object.assign(new RetentionRuleModel(), row, { setAtId: setAt });
  }
}

@ObjectType('Going', { description: 'What goes of one kind, at one library.' })
export class GoingModel {
  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId!: string;

  @Field(() => RetentionKindEnum, { description: 'As what it was kept.' })
  readonly kind!: RetentionKind;

  @Field(() => Int, { description: 'How many conversations.' })
  readonly conversations!: number;

  @Field(() => Int, { description: 'How many posts: those that no other library keeps longer.' })
  readonly posts!: number;

  static fromGoing({ keptAs, ...going }: Going): GoingModel {
    return Object.assign(new GoingModel(), going, { kind: keptAs });
  }
}

@ObjectType('RetentionPreview', { description: 'What goes in the coming night. Nothing is done by asking.' })
export class RetentionPreviewModel {
  @Field(() => Date, { description: "The end of the coming night, in the library's own time zone." })
  readonly until!: Date;

  @Field(() => Int, { description: 'Conversations that go.' })
  readonly conversations!: number;

  @Field(() => Int, { description: 'Posts that go with them.' })
  readonly posts!: number;

  @Field(() => Int, { description: 'Posts of others whose words go from conversations that stay.' })
  readonly masked!: number;

  @Field(() => [GoingModel], { description: 'By library and kind.' })
  readonly going!: readonly GoingModel[];

  @Field(() => String, { description: 'In a sentence.' })
  readonly words!: string;

  static fromPreview({ until, going, masked }: RetentionPreview): RetentionPreviewModel {
    const [conversations, posts] = [going.reduce((sum, each) => sum + each.conversations, 0), going.reduce((sum, each) => sum + each.posts, 0)];
    return Object.assign(new RetentionPreviewModel(), { until, masked, conversations, posts, going: going.map(GoingModel.fromGoing), words: wordsOf(conversations, posts, masked) });
  }
}

const some = (count: number, one: string, many: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** "Tonight 1,204 posts in 310 conversations go." */
export const wordsOf = (conversations: number, posts: number, masked: number): string => {
  const goes = conversations === 0 ? 'Tonight nothing goes.' : `Tonight ${some(posts, 'post', 'posts')} in ${some(conversations, 'conversation', 'conversations')} go.`;
  return masked === 0 ? goes : `${goes} The words of ${some(masked, 'post', 'posts')} go from conversations that stay.`;
};
