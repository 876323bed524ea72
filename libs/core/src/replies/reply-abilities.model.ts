import type { Abilities, Length } from '@earshot/plugin-sdk';
import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { enumOf } from '../graphql/index.js';

export type LengthUnit = Length['unit'];

export const LengthUnitEnum = enumOf<LengthUnit>('LengthUnit', 'What a network counts when it says how long a text may be.', {
  grapheme: 'What a reader sees as one character.',
  character: 'Code points of Unicode.',
  byte: 'Bytes of UTF-8.',
});

const ReplyPermissionEnum = enumOf<Abilities['reply']>('ReplyPermission', 'Whether a network lets us reply.', {
  yes: 'It does.',
  'by-hand': "A person has to write it on the network's own page.",
  no: 'It does not.',
});

@ObjectType('ReplyLength', { description: 'How a network counts the length of a text, so that it can be counted while it is written.' })
class ReplyLengthModel {
  @Field(() => Float, { description: 'How long it may be.' })
  readonly limit!: number;

  @Field(() => LengthUnitEnum, { description: 'What is counted.' })
  readonly unit!: LengthUnit;

  @Field(() => Int, { nullable: true, description: 'What every link counts, however long it is; null: as long as it is.' })
  readonly urlWeight!: number | null;
}

@ObjectType('ReplyAbilities', { description: 'What an account may do towards one post, or by a post of your own, as its network says now.' })
export class ReplyAbilitiesModel {
  @Field(() => ReplyPermissionEnum, { description: 'Whether it may reply.' })
  readonly reply!: Abilities['reply'];

  @Field(() => String, { nullable: true, description: 'Why not, in words.' })
  readonly because!: string | null;

  @Field(() => ReplyLengthModel, { description: 'How long a reply may be.' })
  readonly length!: ReplyLengthModel;

  static fromAbilities({ reply, because, length: { limit, unit, urlWeight } }: Abilities): ReplyAbilitiesModel {
    return Object.assign(new ReplyAbilitiesModel(), { reply, because: because ?? null, length: { limit, unit, urlWeight: urlWeight ?? null } });
  }
}
