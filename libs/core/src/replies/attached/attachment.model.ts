import { Field, Int, ObjectType } from '@nestjs/graphql';
import { type AttachmentRow, attachmentPath } from '../../attachments/index.js';
import { Id } from '../../graphql/index.js';

@ObjectType('Attachment', { description: 'An image that goes with a reply.' })
export class AttachmentModel {
  @Field(() => Id, { description: 'Of this attachment.' })
  readonly id!: string;

  @Field(() => String, { description: 'What it shows, in words, for those who do not see it. Empty: nobody wrote it yet.' })
  readonly alternativeText!: string;

  @Field(() => String, { description: 'Its type, as in image/jpeg.' })
  readonly mediaType!: string;

  @Field(() => Int, { description: 'In pixels.' })
  readonly width!: number;

  @Field(() => Int, { description: 'In pixels.' })
  readonly height!: number;

  @Field(() => Int, { description: 'How many there are.' })
  readonly bytes!: number;

  @Field(() => String, { nullable: true, description: 'Where staff see it, as a path at this server. Null once the reply is out: then it is on its network.' })
  readonly preview!: string | null;

  static fromRow({ id, alt, mediaType, width, height, size, gone }: AttachmentRow): AttachmentModel {
    return Object.assign(new AttachmentModel(), { id, alternativeText: alt, mediaType, width, height, bytes: size, preview: gone ? null : `${attachmentPath}/${id}` });
  }
}
