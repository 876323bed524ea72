import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../graphql/index.js';
import { type ChannelRow, type ChannelState, type DeadLetterRow, type GapRow, type GapState, targetLabelLimit } from './channel.row.js';
import { ChannelModeEnum, ChannelStateEnum, GapStateEnum } from './enums.js';
import { channelInWords } from './in-words.js';

@ObjectType('Channel', { description: 'One thing that an account reads: a stream, or what is asked for again and again.' })
export class ChannelModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The account that reads it.' })
  readonly accountId!: string;

  @Field(() => Id, { description: 'The library of the account.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'What the plugin calls it.' })
  readonly key!: string;

  @Field(() => ChannelModeEnum, { description: 'How it hears.' })
  readonly mode!: ChannelRow['mode'];

  @Field(() => Float, { description: 'At what intervals, in seconds, it asks, or a stream gives a sign of life.' })
  readonly pulseSeconds!: number;

  @Field(() => Int, { description: 'How many follows it reads.' })
  readonly targetCount!: number;

  @Field(() => [String], { description: `What they are called: the first ${targetLabelLimit}.` })
  readonly targetLabels!: readonly string[];

  @Field(() => ChannelStateEnum, { description: 'What it is doing: for programs.' })
  readonly state!: ChannelState;

  @Field(() => String, { description: 'What it is doing: for people, in English, in the time zone of the account’s library.' })
  readonly stateInWords!: string;

  @Field(() => Date, { description: 'Since when it does so.' })
  readonly stateSince!: Date;

  @Field(() => Int, { description: 'How often it failed in a row.' })
  readonly failures!: number;

  @Field(() => Date, { description: 'When it is read next, if nothing keeps it from that.' })
  readonly nextAt!: Date;

  @Field(() => Date, { nullable: true, description: 'Since when it is heard; null where nothing was heard yet.' })
  readonly heardFrom!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Until when it was heard; null where nothing was heard yet.' })
  readonly heardUntil!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When the newest of what it brought happened.' })
  readonly lastEventAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Of a stream: since when it is open and does not bring what direct looks find; null where it does.' })
  readonly blindSince!: Date | null;

  readonly timeZone!: string;

  static fromRow(row: ChannelRow): ChannelModel {
    const { pulseMs, stateWords: _, ...told } = row;
    return Object.assign(new ChannelModel(), told, { pulseSeconds: pulseMs / 1_000, stateInWords: channelInWords(row, new Date()) });
  }
}

@ObjectType({ description: 'A page of a list of Channel.' })
export class ChannelConnection extends connectionOf('Channel', ChannelModel) {}

@ObjectType('CoverageGap', { description: 'A time of which a channel did not hear everything.' })
export class CoverageGapModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The channel that did not hear everything.' })
  readonly channelId!: string;

  @Field(() => Date, { nullable: true, description: 'Since when; null where nobody knows.' })
  readonly from!: Date | null;

  @Field(() => Date, { description: 'Until when.' })
  readonly to!: Date;

  @Field(() => String, { description: 'Why, for people.' })
  readonly why!: string;

  @Field(() => GapStateEnum, { description: 'What became of it.' })
  readonly state!: GapState;

  @Field(() => String, { nullable: true, description: 'Why it is not closed, as the network says; null where it is, or was not asked for yet.' })
  readonly words!: string | null;

  @Field(() => Int, { description: 'How many posts of it came in since, by asking the network for that time.' })
  readonly posts!: number;

  @Field(() => Date, { description: 'When it was noticed.' })
  readonly notedAt!: Date;

  static fromRow({ id, channelId, from, to, why, state, words, posts, notedAt }: GapRow): CoverageGapModel {
    return Object.assign(new CoverageGapModel(), { id, channelId, from, to, why, state, words, posts, notedAt });
  }
}

@ObjectType({ description: 'A page of a list of CoverageGap.' })
export class CoverageGapConnection extends connectionOf('CoverageGap', CoverageGapModel) {}

@ObjectType('DeadLetter', { description: 'Something that came and could not be read. The same from the same channel is one, counted.' })
export class DeadLetterModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The channel by which it came.' })
  readonly channelId!: string;

  @Field(() => Id, { description: 'The library of the account.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'What is wrong with it, for people.' })
  readonly why!: string;

  @Field(() => String, { description: 'Its shape and a fingerprint, by which it is known again.' })
  readonly digest!: string;

  @Field(() => Int, { description: 'How often it came.' })
  readonly times!: number;

  @Field(() => Date, { description: 'When it came first.' })
  readonly firstAt!: Date;

  @Field(() => Date, { description: 'When it came last.' })
  readonly lastAt!: Date;

  static fromRow({ id, channelId, libraryId, why, digest, times, firstAt, lastAt }: DeadLetterRow): DeadLetterModel {
    return Object.assign(new DeadLetterModel(), { id, channelId, libraryId, why, digest, times, firstAt, lastAt });
  }
}

@ObjectType({ description: 'A page of a list of DeadLetter.' })
export class DeadLetterConnection extends connectionOf('DeadLetter', DeadLetterModel) {}
