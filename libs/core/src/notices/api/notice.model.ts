import { ArgsType, Field, ObjectType } from '@nestjs/graphql';
import { Id, PageArgs, connectionOf, enumOf } from '../../graphql/index.js';
import type { NoticeKind, NoticeWay } from '../notice-kinds.js';
import type { DeliveryState, NoticeRow } from './notice.row.js';

export const NoticeKindEnum = enumOf<NoticeKind>('NoticeKind', 'What staff are told of.', {
  assigned: 'A colleague gave you a conversation.',
  mentioned: 'A colleague mentioned you in a note.',
  'handed-over': 'A conversation was handed over to you, or to your library.',
  approval: 'A draft waits for its approval, and you may approve it or stand in for those who do.',
  answered: 'Somebody whom you answered has written again, or somebody wrote under a post of yours.',
  crisis: 'Something was found in a post that should not wait. Passes quiet hours.',
  account: 'An account needs somebody, or hears nothing: told to administrators of the library and of those above it.',
  stopped: 'Somebody stopped listening, sending or everything.',
  list: 'A list on a network changed, or cannot be read or kept up.',
  round: 'What waits at your library, with the digest.',
});

export const NoticeWayEnum = enumOf<NoticeWay>('NoticeWay', 'By which way somebody is told.', {
  dashboard: 'Among the notices here.',
  mail: 'By mail, at once.',
  digest: 'By mail, together with others at the hours of your digest.',
  push: 'In the browsers that you subscribed, at once: `subscribeToPush`.',
});

export const NoticeMailStateEnum = enumOf<DeliveryState>('NoticeMailState', 'How far a notice has come by mail.', {
  waiting: 'It leaves at its time, or is tried again then.',
  sending: 'It is being handed over to the mail server.',
  sent: 'The mail server took it.',
  refused: 'The mail server refused it for good.',
  missed: 'The mail server did not take it for two days.',
  over: 'You had seen it, or it was done with, before it was to leave.',
});

@ObjectType('NoticeMail', { description: 'A notice on its way by mail.' })
export class NoticeMailModel {
  @Field(() => NoticeWayEnum, { description: 'By itself or in a digest.' })
  readonly way!: NoticeWay;

  @Field(() => NoticeMailStateEnum, { description: 'How far it has come.' })
  readonly state!: DeliveryState;

  @Field(() => Date, { description: 'When it leaves, or was to leave.' })
  readonly dueAt!: Date;

  @Field(() => String, { nullable: true, description: 'What the mail server said, where it did not take it.' })
  readonly words!: string | null;
}

@ObjectType('Notice', { description: 'What you are told of, in words of ours: never what somebody wrote, nor who.' })
export class NoticeModel {
  @Field(() => Id, { description: 'Its id: the same while the same thing is told again.' })
  readonly id!: string;

  @Field(() => NoticeKindEnum, { description: 'What kind of thing.' })
  readonly kind!: NoticeKind;

  readonly libraryId!: string;

  @Field(() => String, { description: 'What it is, in one line of English.' })
  readonly title!: string;

  @Field(() => String, { description: 'A sentence or two more.' })
  readonly body!: string;

  @Field(() => String, { nullable: true, description: 'What somebody needs, as a classifier restated it; null where none did, or it was forgotten.' })
  readonly need!: string | null;

  @Field(() => String, { description: 'The page of the dashboard that it leads to: a path.' })
  readonly path!: string;

  @Field(() => Id, { nullable: true, description: 'The conversation that it is about.' })
  readonly conversationId!: string | null;

  @Field(() => Id, { nullable: true, description: 'What else it is about: by its kind a reply, an account or its channel, a list or a change of it, a stop. It may be gone.' })
  readonly subjectId!: string | null;

  @Field(() => Date, { description: 'When it was told, or told again.' })
  readonly toldAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When you saw it; null: not yet, or it was told again since.' })
  readonly seenAt!: Date | null;

  @Field(() => [NoticeMailModel], { description: 'How far it has come by mail: empty where it goes by none.' })
  readonly mails!: readonly NoticeMailModel[];

  static fromRow({ mails, ...row }: NoticeRow): NoticeModel {
    return Object.assign(new NoticeModel(), row, { mails: mails.map((mail) => Object.assign(new NoticeMailModel(), mail, { dueAt: new Date(mail.dueAt) })) });
  }
}

@ObjectType({ description: 'A page of a list of Notice.' })
export class NoticeConnection extends connectionOf('Notice', NoticeModel) {}

@ArgsType()
export class NoticesArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: 'Only those that you have not seen, or only those that you have.' })
  readonly unseen?: boolean | null;

  @Field(() => Id, { nullable: true, description: 'Of this library only.' })
  readonly libraryId?: string | null;

  @Field(() => NoticeKindEnum, { nullable: true, description: 'Of this kind only.' })
  readonly kind?: NoticeKind | null;
}
