import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentRequest, Id, PageArgs, RequestContext, Requires, UserError } from '../../graphql/index.js';
import { PushKeyModel, PushKeyResult, PushSubscriptionConnection, PushSubscriptionModel, SubscribeToPushInput, SubscribeToPushResult } from './push-subscription.model.js';
import { PushSubscriptionsRepository, subscriptionOrder } from './push-subscriptions.repository.js';
import { PushSubscriptionsService } from './push-subscriptions.service.js';

@Resolver(() => PushSubscriptionModel)
export class PushSubscriptionsResolver {
  constructor(
    private readonly service: PushSubscriptionsService,
    private readonly repository: PushSubscriptionsRepository,
  ) {}

  @Requires({ scope: 'read', person: true })
  @Query(() => PushKeyResult, { description: 'What a browser subscribes to push with.' })
  pushKey(): typeof PushKeyResult {
    const key = this.service.key();
    return key instanceof UserError ? key : Object.assign(new PushKeyModel(), key);
  }

  @Requires({ scope: 'read', person: true })
  @Query(() => PushSubscriptionConnection, { description: 'The browsers in which you are told, as they subscribed: yours alone.' })
  async pushSubscriptions(@Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<PushSubscriptionModel>> {
    const page = subscriptionOrder.page(args);
    return page.connection(await this.repository.page(request.reads, page), PushSubscriptionModel.fromRow);
  }

  @Requires({ scope: 'read', person: true })
  @Mutation(() => SubscribeToPushResult, { description: 'Lets a browser be told, by `push` of `noticePreferences`. The same browser again is the same subscription; one in which somebody else was told is yours from then on.' })
  async subscribeToPush(@Args('input', { description: 'Which browser.' }) input: SubscribeToPushInput, @CurrentRequest() request: RequestContext): Promise<typeof SubscribeToPushResult> {
    const { endpoint, p256dh, auth, browser } = input;
    const subscribed = await this.service.subscribe(request.authority, { endpoint, p256dh, auth, browser });
    return subscribed instanceof UserError ? subscribed : PushSubscriptionModel.fromRow(subscribed);
  }

  @Requires({ scope: 'read', person: true })
  @Mutation(() => Id, { description: 'Lets a browser of yours be told no more, and gives the id back. What was on its way to it does not leave.' })
  async unsubscribeFromPush(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<string> {
    await this.service.unsubscribe(request.authority, id);
    return id;
  }
}
