import type { Length } from '@earshot/plugin-sdk';
import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Id } from '../../graphql/index.js';
import { Check } from '../checks/check.js';
import { type LengthUnit, LengthUnitEnum } from '../reply-abilities.model.js';

@ObjectType({ implements: () => Check, description: 'An image has no alternative text: whoever does not see it is told nothing of it.' })
export class AlternativeTextMissing extends Check {
  readonly code = 'ALTERNATIVE_TEXT_MISSING';
  readonly blocks = true;
  readonly message: string;

  @Field(() => [Id], { description: 'The attachments that want one.' })
  readonly attachmentIds: readonly string[];

  constructor(attachmentIds: readonly string[]) {
    super();
    this.attachmentIds = attachmentIds;
    this.message = `${attachmentIds.length === 1 ? 'An image has' : `${attachmentIds.length} images have`} no alternative text: say what it shows, for those who do not see it.`;
  }
}

@ObjectType({ implements: () => Check, description: 'An alternative text is longer than the network takes.' })
export class AlternativeTextTooLong extends Check {
  readonly code = 'ALTERNATIVE_TEXT_TOO_LONG';
  readonly blocks = true;
  readonly message: string;

  @Field(() => Id, { description: 'The attachment.' })
  readonly attachmentId: string;

  @Field(() => Int, { description: 'How long it is, as this network counts.' })
  readonly length: number;

  @Field(() => Float, { description: 'How long it may be.' })
  readonly limit: number;

  @Field(() => LengthUnitEnum, { description: 'What is counted.' })
  readonly unit: LengthUnit;

  constructor(attachmentId: string, length: number, { limit, unit }: Length) {
    super();
    this.attachmentId = attachmentId;
    this.length = length;
    this.limit = limit;
    this.unit = unit;
    this.message = `An alternative text is ${length - limit} too long: it counts ${length}, and ${limit} are allowed.`;
  }
}

@ObjectType({ implements: () => Check, description: 'The network takes no images from here.' })
export class ImagesNotTaken extends Check {
  readonly code = 'IMAGES_NOT_TAKEN';
  readonly blocks = true;
  readonly message = 'From this account nothing goes with images: detach them, or link to a page that shows them.';
}

@ObjectType({ implements: () => Check, description: 'More images than the network takes with one post.' })
export class TooManyImages extends Check {
  readonly code = 'TOO_MANY_IMAGES';
  readonly blocks = true;
  readonly message: string;

  @Field(() => Int, { description: 'How many are attached.' })
  readonly images: number;

  @Field(() => Int, { description: 'How many may be.' })
  readonly limit: number;

  constructor(images: number, limit: number) {
    super();
    this.images = images;
    this.limit = limit;
    this.message = `${images} images are attached, and the network takes ${limit}: detach ${images - limit}.`;
  }
}

@ObjectType({ implements: () => Check, description: 'An image is of a kind, or a size, that the network does not take.' })
export class ImageNotTaken extends Check {
  readonly code = 'IMAGE_NOT_TAKEN';
  readonly blocks = true;
  readonly message: string;

  @Field(() => Id, { description: 'The attachment.' })
  readonly attachmentId: string;

  constructor(attachmentId: string, because: string) {
    super();
    this.attachmentId = attachmentId;
    this.message = `The network does not take an image: ${because}`;
  }
}
