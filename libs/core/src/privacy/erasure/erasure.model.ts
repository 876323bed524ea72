import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Id } from '../../graphql/index.js';
import type { ErasureCounts } from './erase-person.js';
import type { ErasureReceipt, HeldRows } from './erasure.service.js';
import type { Person } from './person-of.js';

@ObjectType('KnownPerson', { description: 'Somebody of whom something is stored, as an erasure finds them.' })
export class KnownPersonModel {
  @Field(() => Id, { description: 'Of the profile.' })
  readonly id!: string;

  @Field(() => String, { description: 'The network, by the name of its plugin.' })
  readonly network!: string;

  @Field(() => String, { nullable: true, description: 'How they are addressed there.' })
  readonly handle!: string | null;

  @Field(() => String, { nullable: true, description: "The name that they give themselves. It is a stranger's: escape it." })
  readonly name!: string | null;

  static fromPerson({ id, network, handle, name }: Person): KnownPersonModel {
    return Object.assign(new KnownPersonModel(), { id, network, handle, name });
  }
}

@ObjectType('HeldRows', { description: 'How much of somebody is stored in one place.' })
export class HeldRowsModel {
  @Field(() => String, { description: 'Where: the table.' })
  readonly table!: string;

  @Field(() => Int, { description: 'How many rows are theirs or, of what staff wrote, stand in conversations in which they spoke and are looked through.' })
  readonly rows!: number;

  static fromHeld(held: HeldRows): HeldRowsModel {
    return Object.assign(new HeldRowsModel(), held);
  }
}

@ObjectType('ErasureReceipt', { description: 'That somebody was erased: when, and how much. Not who.' })
export class ErasureReceiptModel implements ErasureCounts {
  @Field(() => Id, { description: 'To refer to.' })
  readonly id!: string;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  @Field(() => Int, { description: 'Posts of theirs that were taken out.' })
  readonly posts!: number;

  @Field(() => Int, { description: 'Posts of others from which their names were taken out.' })
  readonly mentions!: number;

  @Field(() => Int, { description: "Texts of staff's own from which their words or names were taken out." })
  readonly redacted!: number;

  @Field(() => Int, { description: 'Replies to them that were not sent and were withdrawn.' })
  readonly withdrawn!: number;

  @Field(() => Int, { description: 'Follows of them that ended.' })
  readonly follows!: number;

  static fromReceipt({ id, at, counts }: ErasureReceipt): ErasureReceiptModel {
    return Object.assign(new ErasureReceiptModel(), { id, at, ...counts });
  }
}
