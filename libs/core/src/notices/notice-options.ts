import type { Logger } from '../logging/index.js';
import type { MailServer } from './mail/mail-server.js';
import type { VapidKey } from './push/vapid-key.js';

/** What the composition root tells of how people are told. */
export class NoticeOptions {
  /** Undefined: nobody is told by mail. */
  readonly mail: MailServer | undefined;
  readonly publicUrl: string | undefined;
  /** By what push services know this installation. */
  readonly vapid: VapidKey;
  /** By the clock that all processes share. */
  readonly now: () => Promise<Date>;
  readonly log: Logger;

  constructor(told: { readonly mail: MailServer | undefined; readonly publicUrl: string | undefined; readonly vapid: VapidKey; readonly now: () => Promise<Date>; readonly log: Logger }) {
    this.mail = told.mail;
    this.publicUrl = told.publicUrl;
    this.vapid = told.vapid;
    this.now = told.now;
    this.log = told.log;
  }
}
