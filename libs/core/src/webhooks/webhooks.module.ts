import { systemClock } from '@earshot/plugin-sdk';
import { type DynamicModule, Module } from '@nestjs/common';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import type { Logger } from '../logging/index.js';
import { WebPost } from '../plugins/index.js';
import { WebhookChores } from './webhook-chores.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookModel } from './webhook.model.js';
import { WebhookOutbox } from './webhook-outbox.repository.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksResolver } from './webhooks.resolver.js';
import { WebhooksService } from './webhooks.service.js';

/** Tells programs of libraries what changed. The composition root starts {@link WebhookCourier} where this process works. Needs the host of the plugins and the jobs. */
@Module({})
export class WebhooksModule {
  static forRoot({ log }: { readonly log: Logger }): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [LibrariesModule],
      providers: [
        WebhooksRepository, WebhooksService, WebhookOutbox, WebhookChores, WebhooksResolver, libraryEdge(WebhookModel, 'Whose it is.'),
        { provide: WebhookCourier, inject: [WebhookOutbox, WebPost], useFactory: (outbox: WebhookOutbox, post: WebPost) => new WebhookCourier({ outbox, post, clock: systemClock, log }) },
      ],
      exports: [WebhookCourier],
    };
  }
}
