import { ArgsType, createUnionType, Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id, PageArgs } from '../graphql/index.js';
import { DeliveryWaiting, TooManyWebhooks, WebhookAddressRefused, WebhookOff } from './webhook.errors.js';
import { type DeliveryRow, type DeliveryState, type WebhookKind, type WebhookRow, type WebhookState } from './webhook.row.js';

const WebhookKindEnum = enumOf<WebhookKind>('WebhookKind', 'What a webhook can be told of. In what it is sent, the words stand as `conversation.opened` and `reply.in-review`.', {
  'conversation.opened': 'A conversation came to the library.',
  'conversation.changed': 'Something of a conversation changed: its posts, state, assignee, claim, notes, findings, tags or rank.',
  'conversation.closed': 'Somebody closed a conversation.',
  'conversation.removed': 'A conversation is gone, by retention, erasure or because it was merged: forget what you keep of it.',
  'reply.draft': 'A reply is a draft: begun, edited, or back from where it was.',
  'reply.in-review': 'A reply waits for somebody who approves it.',
  'reply.approved': 'A reply is approved, and waits for its time.',
  'reply.sending': 'A reply is on its way.',
  'reply.sent': 'A reply is out.',
  'reply.failed': 'A reply was not sent, and is not tried again by itself.',
  'reply.unknown': 'Nobody knows whether a reply is out: a person has to look.',
  'reply.withdrawn': 'A reply was withdrawn.',
  'suggestions.changed': 'Advisors found something for a conversation, or fare otherwise: the id is the conversation’s.',
  'account.changed': 'An account: its settings, health or coverage.',
  'follow-list.changed': 'A follow list, or what is on it.',
  'saved-search.changed': 'A saved search.',
  'saved-answer.changed': 'A saved answer.',
  'library.changed': 'The library: its service area, whom it does not hear, its policies, stops or webhooks.',
});

const WebhookStateEnum = enumOf<WebhookState>('WebhookState', 'Whether a webhook is told of anything.', {
  on: 'It is.',
  off: 'Somebody turned it off. What happens meanwhile is not told afterwards.',
  failed: 'Earshot turned it off, because for three days nothing was taken there, or because it answered that it is gone (410). Turn it on again once it is mended.',
});

const DeliveryStateEnum = enumOf<DeliveryState>('WebhookDeliveryState', 'What became of a delivery.', {
  waiting: 'For its first try, or the next one.',
  delivered: 'The receiver took it.',
  failed: 'It was given up, after about a day, or because the webhook was turned off. It can be replayed.',
});

@ObjectType('Webhook', { description: 'An address at which a program of the library is told that something changed: by ids and versions, never by words. It reads again over this API.' })
export class WebhookModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'Whose it is. It is told of this library alone, and not of those below.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'What it is for.' })
  readonly name!: string;

  @Field(() => String, { description: 'Where it is sent.' })
  readonly url!: string;

  @Field(() => [WebhookKindEnum], { description: 'What it is told of.' })
  readonly kinds!: readonly WebhookKind[];

  @Field(() => WebhookStateEnum, { description: 'Whether it is told of anything.' })
  readonly state!: WebhookState;

  @Field(() => Date, { description: 'When it was set up.' })
  readonly madeAt!: Date;

  @Field(() => Date, { nullable: true, description: 'Since when nothing was taken there; null where the last try was taken, or there was none.' })
  readonly failingSince!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Where nothing was taken: nothing is tried before this moment.' })
  readonly restsUntil!: Date | null;

  static fromRow({ id, libraryId, name, url, kinds, state, madeAt, failingSince, restsUntil }: WebhookRow): WebhookModel {
    return Object.assign(new WebhookModel(), { id, libraryId, name, url, kinds, state, madeAt, failingSince, restsUntil });
  }
}

@ObjectType({ description: 'A page of a list of Webhook.' })
export class WebhookConnection extends connectionOf('Webhook', WebhookModel) {}

@ObjectType('WebhookDelivery', { description: 'Something that was told to a webhook, or is to be. Kept for two weeks; nothing is kept of an answer but its status.' })
export class WebhookDeliveryModel {
  @Field(() => Id, { description: 'Its id: the receiver has it as `webhook-id`, the same with each try.' })
  readonly id!: string;

  @Field(() => Id, { description: 'To which webhook.' })
  readonly webhookId!: string;

  @Field(() => String, { description: 'What happened, as the receiver is told it: `conversation.opened`, …, or `webhook.test`.' })
  readonly event!: string;

  @Field(() => Id, { nullable: true, description: 'What it happened to; null for a test.' })
  readonly subjectId!: string | null;

  @Field(() => Date, { description: 'When it happened; where it happened more than once before the first try, the last time.' })
  readonly at!: Date;

  @Field(() => DeliveryStateEnum, { description: 'What became of it.' })
  readonly state!: DeliveryState;

  @Field(() => Int, { description: 'How often it was tried, since it was replayed where it was.' })
  readonly tries!: number;

  @Field(() => Date, { nullable: true, description: 'When it is tried next, if its webhook does not rest then; null where it is not.' })
  readonly dueAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was tried last.' })
  readonly triedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The status of the last answer; null where there was none.' })
  readonly status!: number | null;

  @Field(() => Int, { nullable: true, description: 'How long the last try took, in milliseconds.' })
  readonly tookMs!: number | null;

  @Field(() => String, { nullable: true, description: 'Why the last try was in vain, for people.' })
  readonly words!: string | null;

  static fromRow({ kind, id, webhookId, subjectId, at, state, tries, dueAt, triedAt, status, tookMs, words }: DeliveryRow): WebhookDeliveryModel {
    return Object.assign(new WebhookDeliveryModel(), { event: kind, id, webhookId, subjectId, at, state, tries, dueAt, triedAt, status, tookMs, words });
  }
}

@ObjectType({ description: 'A page of a list of WebhookDelivery.' })
export class WebhookDeliveryConnection extends connectionOf('WebhookDelivery', WebhookDeliveryModel) {}

@ArgsType()
export class WebhookDeliveriesArgs extends PageArgs {
  @Field(() => Id, { description: 'Of which webhook.' })
  readonly webhookId!: string;

  @Field(() => DeliveryStateEnum, { nullable: true, description: 'In this state only.' })
  readonly state?: DeliveryState | null;
}

@ObjectType('MadeWebhook', { description: 'A webhook with a new secret.' })
export class MadeWebhookModel {
  @Field(() => WebhookModel, { description: 'The webhook.' })
  readonly webhook!: WebhookModel;

  @Field(() => String, { description: 'By what the receiver knows that a message is ours (`whsec_…`, as Standard Webhooks has it). It is told here and never again.' })
  readonly secret!: string;
}

@InputType({ description: 'A new webhook.' })
export class CreateWebhookInput {
  @Field(() => Id, { description: 'Whose it shall be.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'What it is for, in one line.' })
  readonly name!: string;

  @Field(() => String, { description: 'Where it is to be sent: an address that begins with https://.' })
  readonly url!: string;

  @Field(() => [WebhookKindEnum], { description: 'What it is to be told of.' })
  readonly kinds!: WebhookKind[];
}

@InputType({ description: 'What is to be another of a webhook; what is left out stays.' })
export class ChangeWebhookInput {
  @Field(() => String, { nullable: true, description: 'What it is for.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'Where it is to be sent.' })
  readonly url?: string | null;

  @Field(() => [WebhookKindEnum], { nullable: true, description: 'What it is to be told of.' })
  readonly kinds?: WebhookKind[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is to be told of anything. Off: what waits is given up.' })
  readonly on?: boolean | null;
}

export const CreateWebhookResult = createUnionType({ name: 'CreateWebhookResult', description: 'The webhook with its secret, or why there is none.', types: () => [MadeWebhookModel, WebhookAddressRefused, TooManyWebhooks] as const });
export const ChangeWebhookResult = createUnionType({ name: 'ChangeWebhookResult', description: 'The webhook as it is now, or why it stays as it was.', types: () => [WebhookModel, WebhookAddressRefused] as const });
export const TestWebhookResult = createUnionType({ name: 'TestWebhookResult', description: 'The test, on its way, or why there is none.', types: () => [WebhookDeliveryModel, WebhookOff] as const });
export const ReplayDeliveryResult = createUnionType({ name: 'ReplayDeliveryResult', description: 'The delivery, on its way again, or why it is not.', types: () => [WebhookDeliveryModel, WebhookOff, DeliveryWaiting] as const });
