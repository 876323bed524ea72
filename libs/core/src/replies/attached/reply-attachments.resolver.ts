import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { type AttachmentRow, AttachmentsRepository } from '../../attachments/index.js';
import { CurrentActor, CurrentRequest, Id, type RequestContext, Requires, inGroups } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ReplyModel, ReplyResult, resultOf } from '../reply.model.js';
import { AttachmentModel } from './attachment.model.js';
import { ReplyAttachments } from './reply-attachments.js';

const id = { name: 'id', type: () => Id, description: 'The reply.' };
const attachment = { name: 'attachmentId', type: () => Id, description: 'The attachment.' };

/** Roles are asked for by the service, at the library of the reply, which is known only once it was read. */
@Resolver()
export class ReplyAttachmentsResolver {
  constructor(private readonly attachments: ReplyAttachments) {}

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'Attaches an image that was uploaded (POST /attachments?libraryId=…, answered with its id), behind those that are there. An approval was for others, and is void.' })
  async attachToReply(
    @Args(id.name, id) replyId: string,
    @Args('attachmentId', { type: () => Id, description: 'The id that the upload was answered with.' }) attachmentId: string,
    @Args('alternativeText', { type: () => String, nullable: true, description: 'What it shows, in words, for those who do not see it; without one nobody can approve the reply.' }) alternativeText: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyResult> {
    return resultOf(await this.attachments.attach(actor, replyId, { attachmentId, alternativeText: alternativeText ?? undefined }));
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'Says what an image shows. An approval was for other words, and is void.' })
  async setAlternativeText(
    @Args(id.name, id) replyId: string,
    @Args(attachment.name, attachment) attachmentId: string,
    @Args('alternativeText', { description: 'What it shows, in words, for those who do not see it.' }) alternativeText: string,
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyResult> {
    return resultOf(await this.attachments.describe(actor, replyId, { attachmentId, alternativeText }));
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'The image does not go with it, and is gone here. An approval was for it as well, and is void.' })
  async detachFromReply(@Args(id.name, id) replyId: string, @Args(attachment.name, attachment) attachmentId: string, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.attachments.detach(actor, replyId, attachmentId));
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'Puts the images into another order. An approval was for the one before, and is void.' })
  async orderAttachments(
    @Args(id.name, id) replyId: string,
    @Args('attachmentIds', { type: () => [Id], description: 'All that are attached, each once, as they are to stand.' }) attachmentIds: string[],
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyResult> {
    return resultOf(await this.attachments.order(actor, replyId, attachmentIds));
  }
}

@Resolver(() => ReplyModel)
export class ReplyAttachmentsEdgeResolver {
  constructor(private readonly attachments: AttachmentsRepository) {}

  @ResolveField(() => [AttachmentModel], { name: 'attachments', description: 'The images that go with it, in order: four at most.' })
  async attachmentsOf(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<AttachmentModel[]> {
    const loader = request.loader<string, readonly AttachmentRow[]>(ReplyAttachmentsEdgeResolver, async (ids) => inGroups(ids, await this.attachments.ofReplies(request.reads, ids), ({ replyId }) => replyId ?? ''));
    return (await loader.load(reply.id)).map((row) => AttachmentModel.fromRow(row));
  }
}
