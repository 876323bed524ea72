import { Args, Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, Requires, enumOf } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { type Why, WhyService } from './why.service.js';

const WhyVerdictEnum = enumOf<Why['verdict']>('WhyVerdict', 'What became of a post.', {
  kept: 'It is stored.',
  gone: 'It was stored, and its words are gone.',
  'would-be-kept': 'It is not stored, and would be if it came by now.',
  'not-kept': 'It is not stored, and would not be.',
  unknown: 'It is not stored, and no network shows it to us.',
});

@ObjectType('Why', { description: 'Why a post is heard, or is not.' })
class WhyModel implements Why {
  @Field(() => WhyVerdictEnum, { description: 'What became of it.' })
  readonly verdict!: Why['verdict'];

  @Field(() => [String], { description: 'In sentences, one for each reason.' })
  readonly words!: readonly string[];

  @Field(() => Date, { nullable: true, description: 'When it was decided not to keep it, where that is remembered.' })
  readonly decidedAt?: Date;
}

@Resolver()
export class WhyResolver {
  constructor(private readonly service: WhyService) {}

  @Requires({ scope: 'read' })
  @Query(() => WhyModel, { description: 'Why your libraries hear a post, or do not. Of what a refusal or your own lists kept out in the last thirty days, the decision is remembered. Anything else that was dropped is stored nowhere: the networks are asked for it again, and it is judged by the rules of now.' })
  async why(@Args('post', { type: () => String, description: "Its address, its network's id of it, or ours." }) post: string, @CurrentActor() actor: Actor): Promise<WhyModel> {
    return Object.assign(new WhyModel(), await this.service.why(actor, post));
  }
}
