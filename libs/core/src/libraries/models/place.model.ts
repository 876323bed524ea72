import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { enumOf, Id } from '../../graphql/index.js';
import type { PlaceKind, PlaceRow } from '../libraries.repository.js';

export const PlaceKindEnum = enumOf<PlaceKind>('PlaceKind', 'By what a place is known in what people write.', {
  name: 'Its name.',
  alias: 'What else people call it.',
  postcode: 'A postcode.',
  hashtag: 'A local hashtag, without the sign.',
});

@ObjectType('Place', { description: 'A place that a library serves.' })
export class PlaceModel {
  @Field(() => Id, { description: 'To remove it by.' })
  id!: string;

  @Field(() => PlaceKindEnum, { description: 'What `value` is.' })
  kind!: PlaceKind;

  @Field(() => String, { description: 'The name, postcode or hashtag.' })
  value!: string;

  static fromRow({ id, kind, value }: PlaceRow): PlaceModel {
    return Object.assign(new PlaceModel(), { id, kind, value });
  }
}

@InputType({ description: 'A place that a library shall serve.' })
export class PlaceInput {
  @Field(() => PlaceKindEnum, { description: 'What `value` is.' })
  kind!: PlaceKind;

  @Field(() => String, { description: 'The name, postcode or hashtag.' })
  value!: string;
}
