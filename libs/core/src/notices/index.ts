export { NoticeJobs } from './notice.jobs.js';
export { Notices } from './notices.js';
export { NoticesModule } from './notices.module.js';
export type { Occasion } from './occasion.js';
