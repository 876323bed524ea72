import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { NoticeOptions } from '../notice-options.js';
import { type PreferenceRow, preferenceColumns, preferencesOf } from '../preferences/notice-preferences.row.js';
import { afterQuiet } from '../../libraries/index.js';
import { type NoticeContent, contentOf } from '../notice-content.js';
import { composeMail } from './compose-mail.js';
import { type ClaimedMail, DeliveriesRepository } from './deliveries.repository.js';
import type { MailOutcome, MailServer } from './mail-server.js';

/** People whose mail is looked for at once. */
const peopleAtOnce = 200;
const firstPauseMs = 60_000;
const longestPauseMs = 7_200_000;
/** About two days. */
const mostTries = 30;

/**
 * Sends what is due. It acts as the person whom a mail is for, so that nothing leaves which they could not read themselves at that moment.
 *
 * A mail is written down as being sent before it is handed over, and as sent once the server took it. Whoever is killed between leaves a mail of which
 * nobody knows whether it arrived: it is sent again, under the same Message-ID, since to be told twice is better than not at all.
 */
@Injectable()
export class NoticeMailer {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveriesRepository,
    private readonly options: NoticeOptions,
  ) {}

  /** Until nothing is due, or the server takes nothing. @returns how many mails left */
  async run(abort: AbortSignal): Promise<number> {
    const { mail } = this.options;
    if (mail === undefined) return 0;
    for (let sent = 0; ; ) {
      const due = await this.database.beforeJob<{ id: string }>('select person_id as id from due_notice_mails($1, $2)', [await this.options.now(), peopleAtOnce]);
      let done = 0;
      for (const { id } of due) {
        if (abort.aborted) return sent;
        const outcome = await this.next(id, mail);
        if (outcome === undefined) continue;
        done++;
        if (outcome.kind === 'sent') sent++;
        // The others wait where they are: what it says to one it would say to all.
        if (outcome.kind === 'later' && outcome.all) return sent;
      }
      if (done === 0) return sent;
    }
  }

  /** One mail of this person's, a crisis first. Undefined where none is due any more. */
  private async next(personId: string, mail: MailServer): Promise<MailOutcome | undefined> {
    const at = await this.options.now();
    const claimed = await this.database.as(personId, async (tx) => {
      const taken = await this.deliveries.claim(tx, at);
      return taken && { ...taken, notices: await contentOf(tx, taken.noticeIds), to: await this.deliveries.address(tx, personId) };
    });
    if (claimed === undefined) return undefined;
    const [first, ...rest] = claimed.notices;
    if (first === undefined || claimed.to === undefined) return undefined;
    const notices: readonly [NoticeContent, ...NoticeContent[]] = [first, ...rest];
    const outcome = await mail.send(composeMail({ mailId: claimed.mailId, to: claimed.to, at, digest: claimed.way === 'digest', notices, publicUrl: this.options.publicUrl ?? 'http://localhost' }));
    await this.settle(personId, claimed, outcome, notices.some(({ kind }) => kind === 'crisis'));
    return outcome;
  }

  private async settle(personId: string, claimed: ClaimedMail, outcome: MailOutcome, isCrisis: boolean): Promise<void> {
    const now = await this.options.now();
    const facts = { mail: claimed.mailId, tries: claimed.tries };
    await this.database.as(personId, async (tx) => {
      if (outcome.kind === 'sent') return this.deliveries.settle(tx, claimed, { state: 'sent', words: null }, now);
      if (outcome.kind === 'refused') return this.deliveries.settle(tx, claimed, { state: 'refused', words: outcome.words }, now);
      if (claimed.tries >= mostTries) return this.deliveries.settle(tx, claimed, { state: 'missed', words: outcome.words }, now);
      const again = new Date(now.getTime() + Math.min(longestPauseMs, firstPauseMs * 2 ** (claimed.tries - 1)));
      if (isCrisis) return this.deliveries.postpone(tx, claimed, again, outcome.words);
      const [row] = await tx.query<PreferenceRow & { zone: string }>(
        `select ${preferenceColumns}, l.time_zone as zone from notice n join library l on l.id = n.library_id left join notice_preference p on p.person_id = n.person_id where n.id = $1`, [claimed.noticeIds[0]]);
      const { quiet } = preferencesOf(row?.personId == null ? undefined : row);
      return this.deliveries.postpone(tx, claimed, claimed.way === 'mail' ? afterQuiet(again, quiet, row?.zone ?? 'UTC') : again, outcome.words);
    });
    // What a server says may hold an address: it stands with the notice, and not in the log.
    if (outcome.kind === 'refused') this.options.log.warn('A mail was refused for good; its person is told in the dashboard', facts);
    if (outcome.kind === 'later') this.options.log.warn('The mail server did not take a mail; it is tried again', { ...facts, server: this.options.mail?.host, all: outcome.all });
  }
}
