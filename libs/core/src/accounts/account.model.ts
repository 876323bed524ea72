import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../graphql/index.js';
import type { AccountHealthState, AccountRow } from './account.row.js';
import type { CountRow, CoverageRow } from './channel.row.js';
import { AccountHealthEnum, AccountStateEnum } from './enums.js';
import { accountCoverage, healthInWords, outcomeInWords } from './in-words.js';

@ObjectType('WaitingConversations', { description: 'Conversations in which somebody wrote to an account in private, unopened. Earshot reads none of them: they are opened on the network.' })
export class WaitingModel {
  @Field(() => Int, { description: 'How many: of very many, those of the newest page.' })
  readonly conversations!: number;

  @Field(() => String, { description: 'Where a person who is signed in there as that account opens them.' })
  readonly url!: string;

  @Field(() => Date, { description: 'Since when there are so many.' })
  readonly since!: Date;
}

@ObjectType('Account', { description: 'An account of a library at a network. Its library sets it up; that library and all below it hear by it. Its secrets are never told.' })
export class AccountModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library that sets it up.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'The plugin that it works by.' })
  readonly plugin!: string;

  @Field(() => String, { description: 'What staff call it.' })
  readonly name!: string;

  @Field(() => AccountStateEnum, { description: 'Whether it is in use.' })
  readonly state!: AccountRow['state'];

  @Field(() => AccountHealthEnum, { description: 'How it does: for programs.' })
  readonly health!: AccountHealthState;

  @Field(() => String, { description: 'How it does: for people, in English.' })
  readonly healthInWords!: string;

  @Field(() => Date, { description: 'Since when it does so.' })
  readonly healthSince!: Date;

  @Field(() => Id, { nullable: true, description: 'The profile that it is on its network, where it is one.' })
  readonly profileId!: string | null;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt!: Date;

  @Field(() => Id, { nullable: true, description: 'Who made it.' })
  readonly createdById!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was removed.' })
  readonly removedAt!: Date | null;

  @Field(() => WaitingModel, { nullable: true, description: 'Somebody wrote to it in private: open it there. Null where nobody did, and where the plugin cannot tell.' })
  readonly waiting!: WaitingModel | null;

  /** For its administrators alone: told by fields of their own. */
  readonly settingsGiven!: AccountRow['settings'];
  readonly addressesAllowed!: readonly string[];

  static fromRow(row: AccountRow): AccountModel {
    const { id, libraryId, plugin, name, state, health, healthSince, profileId, createdAt, createdBy, removedAt, settings, allowedAddresses } = row;
    const told = { id, libraryId, plugin, name, state, health, healthSince, profileId, createdAt, createdById: createdBy, removedAt };
    const { waiting, waitingUrl, waitingAt } = row;
    const waits = waiting === null || waitingUrl === null || waitingAt === null ? null : Object.assign(new WaitingModel(), { conversations: waiting, url: waitingUrl, since: waitingAt });
    return Object.assign(new AccountModel(), told, { healthInWords: healthInWords(row), waiting: waits, settingsGiven: settings, addressesAllowed: allowedAddresses });
  }
}

@ObjectType({ description: 'A page of a list of Account.' })
export class AccountConnection extends connectionOf('Account', AccountModel) {}

@ObjectType('AccountCoverage', { description: 'What all channels of an account heard, taken together.' })
export class AccountCoverageModel {
  @Field(() => String, { description: '"posts complete from 3 May 09:00 until 14:05; replies seen up to 14:00", or what is missing. In English, in the time zone of the account’s library.' })
  readonly words!: string;

  @Field(() => Int, { description: 'How many channels it has.' })
  readonly channels!: number;

  @Field(() => Int, { description: 'Of these, how many have heard anything.' })
  readonly heard!: number;

  @Field(() => Date, { nullable: true, description: 'Since when all that heard anything have heard.' })
  readonly heardFrom!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Until when all of them have heard.' })
  readonly heardUntil!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Until when every look was made that was due at the threads under what it hears: replies by those whom nobody follows. Null where there is none.' })
  readonly repliesUntil!: Date | null;

  @Field(() => Int, { description: 'How many gaps are not closed.' })
  readonly openGaps!: number;

  static fromRow(row: CoverageRow, now: Date): AccountCoverageModel {
    const { channels, heard, from, until, gaps, repliesUntil } = row;
    return Object.assign(new AccountCoverageModel(), { words: accountCoverage(row, now), channels, heard, heardFrom: from, heardUntil: until, repliesUntil, openGaps: gaps });
  }
}

@ObjectType('HeardOutcome', { description: 'What became of things heard.' })
export class HeardOutcomeModel {
  @Field(() => String, { description: '`kept`, or why it was dropped, as `unmatched` or `refused:keep`: for programs.' })
  readonly outcome!: string;

  @Field(() => String, { description: 'The same for people, in English.' })
  readonly words!: string;

  @Field(() => Float, { description: 'How often.' })
  readonly times!: number;
}

@ObjectType('HeardDay', { description: 'What was heard on one day, and what became of it. What was dropped is counted and not stored.' })
export class HeardDayModel {
  @Field(() => String, { description: 'The day in UTC, as 2026-03-01.' })
  readonly day!: string;

  @Field(() => Float, { description: 'How much was kept.' })
  readonly kept!: number;

  @Field(() => Float, { description: 'How much was dropped.' })
  readonly dropped!: number;

  @Field(() => [HeardOutcomeModel], { description: 'Each outcome, the most frequent first.' })
  readonly outcomes!: readonly HeardOutcomeModel[];

  /** Days in the order of the rows. */
  static daysOf(rows: readonly CountRow[]): readonly HeardDayModel[] {
    return [...Map.groupBy(rows, ({ day }) => day)].map(([day, counts]) => {
      const sum = (wanted: (outcome: string) => boolean): number => counts.filter(({ outcome }) => wanted(outcome)).reduce((total, { times }) => total + times, 0);
      const outcomes = counts.map(({ outcome, times }) => Object.assign(new HeardOutcomeModel(), { outcome, words: outcomeInWords(outcome), times }));
      return Object.assign(new HeardDayModel(), { day, kept: sum((outcome) => outcome === 'kept'), dropped: sum((outcome) => outcome !== 'kept'), outcomes });
    });
  }
}
