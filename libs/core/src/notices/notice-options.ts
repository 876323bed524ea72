import type { Logger } from '../logging/index.js';
import type { MailServer } from './mail/mail-server.js';

/** What the composition root tells of how people are told. */
export class NoticeOptions {
  /** Undefined: nobody is told by mail. */
  readonly mail: MailServer | undefined;
  readonly publicUrl: string | undefined;
  /** By the clock that all processes share. */
  readonly now: () => Promise<Date>;
  readonly log: Logger;

  constructor(told: { readonly mail: MailServer | undefined; readonly publicUrl: string | undefined; readonly now: () => Promise<Date>; readonly log: Logger }) {
    this.mail = told.mail;
    this.publicUrl = told.publicUrl;
    this.now = told.now;
    this.log = told.log;
  }
}
