import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import type { RetentionKind } from './retention-kinds.js';
import { RetentionPolicies } from './retention-policies.js';
import { RetentionKindEnum, RetentionPreviewModel, RetentionRuleModel } from './retention.model.js';
import { RetentionService } from './retention.service.js';

const libraryId = { name: 'libraryId', type: () => Id, description: 'Which library.' };

@Resolver()
export class RetentionResolver {
  constructor(private readonly policies: RetentionPolicies, private readonly retention: RetentionService) {}

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => [RetentionRuleModel], { name: 'retention', description: 'How long a library keeps what it heard.' })
  async rules(@Args(libraryId.name, libraryId) id: string, @CurrentRequest() request: RequestContext): Promise<readonly RetentionRuleModel[]> {
    return (await this.policies.holdingAt(request.reads, id)).map(RetentionRuleModel.fromRow);
  }

  @Requires({ scope: 'read', role: 'librarian', at: 'libraryId' })
  @Query(() => RetentionPreviewModel, { description: 'What goes in the coming night, of a library and all below it.' })
  async retentionPreview(@Args(libraryId.name, libraryId) id: string): Promise<RetentionPreviewModel> {
    return RetentionPreviewModel.fromPreview(await this.retention.preview(id));
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Mutation(() => [RetentionRuleModel], { description: 'Sets how long a library, and those below it, keep one kind of what they heard. It holds for what was heard already as well.' })
  async setRetention(
    @Args(libraryId.name, libraryId) id: string,
    @Args('kind', { type: () => RetentionKindEnum, description: 'Of what.' }) kind: RetentionKind,
    @Args('days', { type: () => Int, nullable: true, description: 'How many days; null: as the library above, else the program, says.' }) days: number | null,
    @CurrentActor() actor: Actor,
  ): Promise<readonly RetentionRuleModel[]> {
    return (await this.policies.set(actor, { libraryId: id, kind, days: days ?? null })).map(RetentionRuleModel.fromRow);
  }
}
