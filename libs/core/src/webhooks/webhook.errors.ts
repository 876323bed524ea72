import { Field, Int, ObjectType } from '@nestjs/graphql';
import { UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'Nothing may be sent to this address.' })
export class WebhookAddressRefused extends UserError {
  readonly code = 'WEBHOOK_ADDRESS_REFUSED';
  readonly message: string;

  constructor(host: string, why: 'private' | 'unencrypted') {
    super();
    this.message = why === 'private'
      ? `${host} is a private address, or one of this machine. Whoever runs Earshot can allow it by EARSHOT_ALLOW_PRIVATE_ADDRESSES.`
      : 'An address on the internet begins with https://. Without encryption only private addresses are told, where whoever runs Earshot allowed them.';
  }
}

@ObjectType({ implements: () => UserError, description: 'The library has as many webhooks as it may have.' })
export class TooManyWebhooks extends UserError {
  readonly code = 'TOO_MANY_WEBHOOKS';
  readonly message: string;

  @Field(() => Int, { description: 'How many it may have.' })
  readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
    this.message = `A library has ${limit} webhooks at most. Remove one, or let one of them be told of more.`;
  }
}

@ObjectType({ implements: () => UserError, description: 'The webhook is off: nothing is sent to it.' })
export class WebhookOff extends UserError {
  readonly code = 'WEBHOOK_OFF';
  readonly message = 'This webhook is off. Turn it on first.';
}

@ObjectType({ implements: () => UserError, description: 'The delivery waits for its next try already.' })
export class DeliveryWaiting extends UserError {
  readonly code = 'DELIVERY_WAITING';
  readonly message = 'This was not taken yet, and is tried again by itself. To have it tried at once, send a test: after one that is taken, the rest follows.';
}
