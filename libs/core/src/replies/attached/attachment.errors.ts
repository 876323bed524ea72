import { Field, Int, ObjectType } from '@nestjs/graphql';
import { UserError } from '../../graphql/index.js';

/** What a reply holds: as many as the networks take. */
export const mostAttachments = 4;

@ObjectType({ implements: () => UserError, description: 'As many images are attached as a reply holds.' })
export class AttachmentsFull extends UserError {
  readonly code = 'ATTACHMENTS_FULL';
  readonly message = `A reply holds ${mostAttachments} images: detach one first.`;

  @Field(() => Int, { description: 'How many it holds.' })
  readonly limit = mostAttachments;
}
