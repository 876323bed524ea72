import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { PlatformError } from '../../errors/index.js';
import { minutesOf } from '../../libraries/index.js';
import { NoticeKindEnum, NoticeWayEnum } from '../api/notice.model.js';
import { type NoticeKind, type NoticeWay, noticeKinds, usualWays } from '../notice-kinds.js';
import type { NoticePreferences } from './notice-preferences.row.js';
import type { ReachedPreferences } from './notice-preferences.service.js';

@ObjectType('NoticeWays', { description: 'How you are told of one kind of thing.' })
export class NoticeWaysModel {
  @Field(() => NoticeKindEnum, { description: 'Of what.' })
  readonly kind!: NoticeKind;

  @Field(() => [NoticeWayEnum], { description: 'How. Empty: not at all.' })
  readonly ways!: readonly NoticeWay[];
}

@ObjectType('NoticePreferences', { description: 'How you are told. Times are by the clock of the library that a notice is of.' })
export class NoticePreferencesModel {
  @Field(() => [NoticeWaysModel], { description: 'Every kind of notice, and how you are told of it.' })
  readonly ways!: readonly NoticeWaysModel[];

  @Field(() => [Int], { description: 'At which full hours digests leave, from 0 to 23.' })
  readonly digestHours!: readonly number[];

  @Field(() => [Int], { description: 'On which days of the week, from 1, Monday, to 7.' })
  readonly digestDays!: readonly number[];

  @Field(() => String, { nullable: true, description: 'From when on nothing is sent at once, as in 22:00; null: never. A crisis is sent all the same.' })
  readonly quietFrom!: string | null;

  @Field(() => String, { nullable: true, description: 'Until when: what came meanwhile is sent then.' })
  readonly quietUntil!: string | null;

  @Field(() => Boolean, { description: 'Whether mail reaches you, as far as this installation knows.' })
  readonly emailReaches!: boolean;

  @Field(() => String, { nullable: true, description: 'Why mail does not reach you, and what can be done; null where it does.' })
  readonly emailMissing!: string | null;

  static from({ ways, digest, quiet, emailReaches, emailMissing }: ReachedPreferences): NoticePreferencesModel {
    return Object.assign(new NoticePreferencesModel(), {
      ways: noticeKinds.map((kind) => Object.assign(new NoticeWaysModel(), { kind, ways: ways[kind] })),
      digestHours: digest.hours, digestDays: digest.days, quietFrom: quiet && timeOf(quiet.from), quietUntil: quiet && timeOf(quiet.until), emailReaches, emailMissing,
    });
  }
}

@InputType({ description: 'How you want to be told of one kind of thing.' })
export class NoticeWaysInput {
  @Field(() => NoticeKindEnum, { description: 'Of what.' })
  readonly kind!: NoticeKind;

  @Field(() => [NoticeWayEnum], { description: 'How. Empty: not at all.' })
  readonly ways!: readonly NoticeWay[];
}

@InputType({ description: 'How you want to be told. It takes the place of all that you chose before.' })
export class NoticePreferencesInput {
  @Field(() => [NoticeWaysInput], { description: 'Of which things, and how; of those that are left out you are told as usual.' })
  readonly ways!: readonly NoticeWaysInput[];

  @Field(() => [Int], { description: 'At which full hours digests leave, from 0 to 23.' })
  readonly digestHours!: readonly number[];

  @Field(() => [Int], { description: 'On which days of the week, from 1, Monday, to 7.' })
  readonly digestDays!: readonly number[];

  @Field(() => String, { nullable: true, description: 'From when on nothing is sent at once, as in 22:00.' })
  readonly quietFrom?: string | null;

  @Field(() => String, { nullable: true, description: 'Until when, as in 07:00; it may lie on the next day.' })
  readonly quietUntil?: string | null;

  /** @throws PlatformError BAD_INPUT */
  static toPreferences({ ways, digestHours, digestDays, quietFrom, quietUntil }: NoticePreferencesInput): NoticePreferences {
    if ((quietFrom == null) !== (quietUntil == null)) throw new PlatformError('BAD_INPUT', 'Quiet hours have a beginning and an end: tell both, or neither.', quietFrom == null ? 'quietFrom' : 'quietUntil');
    return {
      ways: { ...usualWays, ...Object.fromEntries(ways.map(({ kind, ways: chosen }) => [kind, [...new Set(chosen)]])) },
      digest: { hours: digestHours, days: digestDays },
      quiet: quietFrom == null || quietUntil == null ? null : { from: writtenMinutes(quietFrom, 'quietFrom'), until: writtenMinutes(quietUntil, 'quietUntil') },
    };
  }
}

const timeOf = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const writtenMinutes = (time: string, field: string): number => {
  const minutes = minutesOf(time);
  if (minutes === undefined) throw new PlatformError('BAD_INPUT', `${field} is a time of day, as in 22:00.`, field);
  return minutes;
};
