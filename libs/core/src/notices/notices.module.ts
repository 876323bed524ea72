import { Module } from '@nestjs/common';
import { AccountNews } from '../plugins/index.js';
import { NoticeJobs } from './notice.jobs.js';
import { Notices } from './notices.js';

/** Words to staff on channels that they read anyway. Global: whatever happens may be worth one. Needs the host of the plugins and the jobs. */
@Module({})
export class NoticesModule {
  static forRoot() {
    return { module: NoticesModule, global: true, providers: [Notices, NoticeJobs, { provide: AccountNews, useExisting: Notices }], exports: [Notices, AccountNews] };
  }
}
