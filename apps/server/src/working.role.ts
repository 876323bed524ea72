import { Outbox } from '@earshot/core/replies';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** What a process with the role `work` does beside answering: it sends what was approved. */
@Injectable()
export class Working implements OnApplicationShutdown {
  constructor(private readonly outbox: Outbox) {}

  start(): void {
    this.outbox.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.outbox.stop();
  }
}
