import { Database } from '@earshot/core/database';
import { classifyAgain } from '@earshot/core/listening';
import { ChannelRunner } from '@earshot/core/plugins';
import { Classifiers } from '@earshot/core/understanding';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** What a process with the role `listen` does beside answering: it reads channels, and judges again what a changed classifier has not seen. */
@Injectable()
export class Listening implements OnApplicationShutdown {
  private readonly log = new Logger('listening');
  private again: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly runner: ChannelRunner,
    private readonly classifiers: Classifiers,
  ) {}

  start(): void {
    this.again = this.classifyAgain();
    this.runner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.again;
  }

  private async classifyAgain(): Promise<void> {
    try {
      while (!this.stopped && (await classifyAgain(this.database, this.classifiers.list())) > 0);
    } catch (error) {
      this.log.error(error, 'Posts of an older classifier version could not be judged again');
    }
  }
}
