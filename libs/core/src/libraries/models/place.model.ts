import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Id } from '../../graphql/index.js';
import type { PlaceKind, PlaceRow } from '../libraries.repository.js';

export const PlaceKindEnum: Record<PlaceKind, PlaceKind> = { name: 'name', alias: 'alias', postcode: 'postcode', hashtag: 'hashtag' };
registerEnumType(PlaceKindEnum, {
  name: 'PlaceKind',
  description: 'By what a place is known in what people write.',
  valuesMap: {
    name: { description: 'Its name.' },
    alias: { description: 'What else people call it.' },
    postcode: { description: 'A postcode.' },
    hashtag: { description: 'A local hashtag, without the sign.' },
  },
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
