import { JobQueue } from '@earshot/core/jobs';
import { Outbox } from '@earshot/core/replies';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** What a process with the role `work` does beside answering: it sends what was approved, and runs jobs. */
@Injectable()
export class Working implements OnApplicationShutdown {
  constructor(private readonly outbox: Outbox, private readonly jobs: JobQueue) {}

  async start(): Promise<void> {
    this.outbox.start();
    await this.jobs.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.outbox.stop();
  }
}
