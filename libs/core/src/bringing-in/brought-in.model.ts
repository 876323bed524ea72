import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Id, connectionOf } from '../graphql/index.js';
import type { BroughtInRow, BroughtPlaceRow } from './brought-in.repository.js';

@ObjectType('BroughtIn', { description: 'That your library brought a conversation in by hand.' })
export class BroughtInModel {
  @Field(() => String, { description: 'Where it was said, by a name of your own.' })
  readonly place!: string;

  @Field(() => Id, { description: 'Who brought it in.' })
  readonly byActorId!: string;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  @Field(() => Id, { description: 'The account that a reply is drafted from. What it says you give them yourself: on their page, at the desk, on the telephone.' })
  readonly accountId!: string;

  @Field(() => Date, { nullable: true, description: 'When it was taken back; null where it was not.' })
  readonly takenBackAt!: Date | null;

  static fromRow(row: BroughtInRow): BroughtInModel {
    return Object.assign(new BroughtInModel(), row, { byActorId: row.byActor });
  }
}

@ObjectType('BroughtInPlace', { description: 'A place from which a library brings in what is said there.' })
export class BroughtInPlaceModel {
  @Field(() => Id, { description: 'Of this place.' })
  readonly id!: string;

  @Field(() => String, { description: 'As it was written first.' })
  readonly name!: string;

  @Field(() => Int, { description: 'How often something was brought in from there, also where that is gone by now; what was taken back does not count.' })
  readonly times!: number;

  @Field(() => Date, { description: 'When the last time.' })
  readonly lastAt!: Date;

  static fromRow(row: BroughtPlaceRow): BroughtInPlaceModel {
    return Object.assign(new BroughtInPlaceModel(), row);
  }
}

@ObjectType({ description: 'A page of a list of BroughtInPlace.' })
export class BroughtInPlaceConnection extends connectionOf('BroughtInPlace', BroughtInPlaceModel) {}
