import { createUnionType, Field, InputType, ObjectType } from '@nestjs/graphql';
import { connectionOf, Id } from '../../graphql/index.js';
import { PushAddressRefused, PushUnavailable, TooManyPushSubscriptions } from './push.errors.js';
import type { PushSubscriptionRow } from './push-subscription.row.js';

@ObjectType('PushKey', { description: 'By what push services know this installation.' })
export class PushKeyModel {
  @Field(() => String, { description: 'Its public key in base64url: the `applicationServerKey` with which a browser subscribes. A browser whose subscription has another subscribes anew.' })
  readonly publicKey!: string;
}

@ObjectType('PushSubscription', { description: 'A browser in which you are told. It ends where you sign out there, or end that session, and where its push service says that it is gone.' })
export class PushSubscriptionModel {
  @Field(() => Id, { description: 'Its id: the same when that browser subscribes again.' })
  readonly id!: string;

  @Field(() => String, { description: 'What it calls itself.' })
  readonly browser!: string;

  @Field(() => String, { description: 'The push service by which it is told: a host.' })
  readonly host!: string;

  @Field(() => Date, { description: 'When it subscribed first.' })
  readonly madeAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When its push service last took something for it.' })
  readonly lastToldAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why its push service did not take what was to be told since; null where it did.' })
  readonly failureWords!: string | null;

  static fromRow({ id, browser, host, madeAt, lastToldAt, failureWords }: PushSubscriptionRow): PushSubscriptionModel {
    return Object.assign(new PushSubscriptionModel(), { id, browser, host, madeAt, lastToldAt, failureWords });
  }
}

@ObjectType({ description: 'A page of a list of PushSubscription.' })
export class PushSubscriptionConnection extends connectionOf('PushSubscription', PushSubscriptionModel) {}

@InputType({ description: 'A browser that is to be told: what its own subscription holds.' })
export class SubscribeToPushInput {
  @Field(() => String, { description: 'Its address, `endpoint`. Whoever knows it can send to it: it is told to nobody.' })
  readonly endpoint!: string;

  @Field(() => String, { description: 'Its key `p256dh`, in base64url.' })
  readonly p256dh!: string;

  @Field(() => String, { description: 'Its secret `auth`, in base64url.' })
  readonly auth!: string;

  @Field(() => String, { description: 'What it is called, to be told apart from others of yours.' })
  readonly browser!: string;
}

export const PushKeyResult = createUnionType({ name: 'PushKeyResult', description: 'The key, or why no browser can be told.', types: () => [PushKeyModel, PushUnavailable] as const });
export const SubscribeToPushResult = createUnionType({
  name: 'SubscribeToPushResult', description: 'The browser as it is told from now on, or why it is not.', types: () => [PushSubscriptionModel, PushUnavailable, PushAddressRefused, TooManyPushSubscriptions] as const,
});
