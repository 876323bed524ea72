export { MailServer } from './mail/mail-server.js';
export { NoticeMailer } from './mail/notice-mailer.js';
export { NoticeOptions } from './notice-options.js';
export { NoticeJobs } from './notice.jobs.js';
export { Notices } from './notices.js';
export { NoticesApiModule, NoticesModule, type NoticesModuleOptions } from './notices.module.js';
export type { Occasion } from './occasion.js';
export { Rounds } from './rounds.js';
export { ToldPeople } from './told-people.js';
