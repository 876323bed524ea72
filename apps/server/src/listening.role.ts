import { Database } from '@earshot/core/database';
import { Readiness } from '@earshot/core/health';
import { Jobs } from '@earshot/core/jobs';
import { classifyAgainJob } from '@earshot/core/listening';
import { ChannelRunner } from '@earshot/core/plugins';
import { Injectable } from '@nestjs/common';

/** What a process with the role `listen` does beside answering: it reads channels, and asks for another look at what a changed classifier has not seen. */
@Injectable()
export class Listening {
  constructor(
    private readonly database: Database,
    private readonly runner: ChannelRunner,
    private readonly jobs: Jobs,
    private readonly readiness: Readiness,
  ) {}

  async start(): Promise<void> {
    await this.database.listening((tx) => this.jobs.enqueue(tx, classifyAgainJob, {}, {}));
    this.runner.start();
    this.readiness.watch({ name: 'listening', quietMs: () => this.runner.quietMs() });
  }
}
