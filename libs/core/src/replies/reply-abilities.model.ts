import type { Abilities, Length, MediaAbilities } from '@earshot/plugin-sdk';
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

  static fromLength({ limit, unit, urlWeight }: Length): ReplyLengthModel {
    return Object.assign(new ReplyLengthModel(), { limit, unit, urlWeight: urlWeight ?? null });
  }
}

@ObjectType('ReplyMedia', { description: 'Which images a network takes with one post.' })
class ReplyMediaModel {
  @Field(() => Int, { description: 'How many.' })
  readonly mostImages!: number;

  @Field(() => [String], { description: 'Of which types, as in image/jpeg.' })
  readonly mediaTypes!: readonly string[];

  @Field(() => Float, { description: 'How many bytes one may have.' })
  readonly mostBytes!: number;

  @Field(() => Float, { nullable: true, description: 'How many pixels one may have, width times height; null: as many as there are.' })
  readonly mostPixels!: number | null;

  @Field(() => ReplyLengthModel, { description: 'How long an alternative text may be.' })
  readonly alternativeText!: ReplyLengthModel;

  static fromMedia({ alt, mostPixels, ...media }: MediaAbilities): ReplyMediaModel {
    return Object.assign(new ReplyMediaModel(), { ...media, mostPixels: mostPixels ?? null, alternativeText: ReplyLengthModel.fromLength(alt) });
  }
}

@ObjectType('ReplyAbilities', { description: 'What an account may do towards one post, or by a post of your own, as its network says now.' })
export class ReplyAbilitiesModel {
  @Field(() => ReplyPermissionEnum, { description: 'Whether it may reply.' })
  readonly reply!: Abilities['reply'];

  @Field(() => String, { nullable: true, description: 'Why not, in words.' })
  readonly because!: string | null;

  @Field(() => ReplyLengthModel, { description: 'How long a reply may be.' })
  readonly length!: ReplyLengthModel;

  @Field(() => ReplyMediaModel, { nullable: true, description: 'Which images may go with it; null: none.' })
  readonly media!: ReplyMediaModel | null;

  static fromAbilities({ reply, because, length, media }: Abilities): ReplyAbilitiesModel {
    return Object.assign(new ReplyAbilitiesModel(), { reply, because: because ?? null, length: ReplyLengthModel.fromLength(length), media: media === undefined ? null : ReplyMediaModel.fromMedia(media) });
  }
}
