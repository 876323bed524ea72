import { Readiness } from '@earshot/core/health';
import { JobQueue } from '@earshot/core/jobs';
import { PushCourier } from '@earshot/core/notices';
import { Outbox } from '@earshot/core/replies';
import { WebhookCourier } from '@earshot/core/webhooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** What a process with the role `work` does beside answering: it sends what was approved, tells webhooks and browsers, and runs jobs. */
@Injectable()
export class Working implements OnApplicationShutdown {
  constructor(
    private readonly outbox: Outbox,
    private readonly webhooks: WebhookCourier,
    private readonly pushes: PushCourier,
    private readonly jobs: JobQueue,
    private readonly readiness: Readiness,
  ) {}

  async start(): Promise<void> {
    this.outbox.start();
    this.webhooks.start();
    this.pushes.start();
    await this.jobs.start();
    this.readiness.watch({ name: 'the outbox', quietMs: () => this.outbox.quietMs() });
    this.readiness.watch({ name: 'the webhooks', quietMs: () => this.webhooks.quietMs() });
    this.readiness.watch({ name: 'the pushes', quietMs: () => this.pushes.quietMs() });
    this.readiness.watch({ name: 'the jobs', quietMs: () => this.jobs.quietMs() });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.outbox.stop(), this.webhooks.stop(), this.pushes.stop()]);
  }
}
