import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, PageArgs, RequestContext, Requires, UserError } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import {
  ChangeWebhookInput, ChangeWebhookResult, CreateWebhookInput, CreateWebhookResult, MadeWebhookModel, ReplayDeliveryResult, TestWebhookResult, WebhookConnection, WebhookDeliveriesArgs,
  WebhookDeliveryConnection, WebhookDeliveryModel, WebhookModel,
} from './webhook.model.js';
import { deliveryOrder, webhookOrder, WebhooksRepository } from './webhooks.repository.js';
import { type MadeWebhook, WebhooksService } from './webhooks.service.js';

const which = { type: () => Id, description: 'Which webhook.' };

@Resolver(() => WebhookModel)
export class WebhooksResolver {
  constructor(
    private readonly service: WebhooksService,
    private readonly repository: WebhooksRepository,
  ) {}

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Query(() => WebhookConnection, { description: 'The webhooks of a library, the oldest first.' })
  async webhooks(@Args('libraryId', { type: () => Id, description: 'Whose.' }) libraryId: string, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<WebhookModel>> {
    const page = webhookOrder.page(args);
    return page.connection(await this.repository.at(request.reads, libraryId, page), WebhookModel.fromRow);
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Query(() => WebhookDeliveryConnection, { description: 'What a webhook of a library that you administer was told, the newest first: two weeks of it.' })
  async webhookDeliveries(@Args() args: WebhookDeliveriesArgs, @CurrentRequest() request: RequestContext): Promise<Connection<WebhookDeliveryModel>> {
    const page = deliveryOrder.page(args);
    return page.connection(await this.repository.deliveries(request.reads, args.webhookId, args.state ?? undefined, page), WebhookDeliveryModel.fromRow);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'input.libraryId' })
  @Mutation(() => CreateWebhookResult, { description: 'Sets up a webhook. Its secret is in the answer, and nowhere else.' })
  async createWebhook(@Args('input', { description: 'What it shall be.' }) input: CreateWebhookInput, @CurrentActor() actor: Actor): Promise<typeof CreateWebhookResult> {
    const { libraryId, name, url, kinds } = input;
    const made = await this.service.create(actor, libraryId, { name, url, kinds });
    return made instanceof UserError ? made : withSecret(made);
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Mutation(() => ChangeWebhookResult, { description: 'Changes a webhook, or turns it on or off. Its secret stays.' })
  async changeWebhook(@Args('id', which) id: string, @Args('input', { description: 'What is to be another.' }) input: ChangeWebhookInput, @CurrentActor() actor: Actor): Promise<typeof ChangeWebhookResult> {
    const { name, url, kinds, on } = input;
    const changed = await this.service.change(actor, id, { name: name ?? undefined, url: url ?? undefined, kinds: kinds ?? undefined, on: on ?? undefined });
    return changed instanceof UserError ? changed : WebhookModel.fromRow(changed);
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Mutation(() => Id, { description: 'Removes a webhook with what it was told, and gives its id back.' })
  async removeWebhook(@Args('id', which) id: string, @CurrentActor() actor: Actor): Promise<string> {
    await this.service.remove(actor, id);
    return id;
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Mutation(() => MadeWebhookModel, { description: 'Gives a webhook a new secret. The one before holds on for 24 hours: until then deliveries are signed by both.' })
  async renewWebhookSecret(@Args('id', which) id: string, @CurrentActor() actor: Actor): Promise<MadeWebhookModel> {
    return withSecret(await this.service.renewSecret(actor, id));
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Mutation(() => TestWebhookResult, { description: 'Sends a test (`webhook.test`), which is tried once, within seconds: `webhookDeliveries` says what came of it.' })
  async testWebhook(@Args('id', which) id: string, @CurrentActor() actor: Actor): Promise<typeof TestWebhookResult> {
    const test = await this.service.test(actor, id);
    return test instanceof UserError ? test : WebhookDeliveryModel.fromRow(test);
  }

  @Requires({ scope: 'administer', role: 'administrator' })
  @Mutation(() => ReplayDeliveryResult, { description: 'Tells a webhook again what it was told, or what was given up: under the same id, with all its tries anew.' })
  async replayDelivery(@Args('id', { type: () => Id, description: 'Which delivery.' }) id: string, @CurrentActor() actor: Actor): Promise<typeof ReplayDeliveryResult> {
    const delivery = await this.service.replay(actor, id);
    return delivery instanceof UserError ? delivery : WebhookDeliveryModel.fromRow(delivery);
  }
}

const withSecret = ({ webhook, secret }: MadeWebhook): MadeWebhookModel => Object.assign(new MadeWebhookModel(), { webhook: WebhookModel.fromRow(webhook), secret });
