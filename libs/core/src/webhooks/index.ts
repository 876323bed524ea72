export { WebhookCourier } from './webhook-courier.js';
export { WebhooksModule } from './webhooks.module.js';
