import { type SentMessageInfo, createTransport } from 'nodemailer';
import type { Secret } from '../../config/index.js';
import type { Mail } from './compose-mail.js';

/**
 * What became of a try. `refused`: for good, and by what was said of this very mail or whom it is for. `later`: anything that may be mended, also where
 * the server does not take us at all; `all`: it would say the same of any other mail now.
 */
export type MailOutcome = { readonly kind: 'sent' } | { readonly kind: 'refused'; readonly words: string } | { readonly kind: 'later'; readonly words: string; readonly all: boolean };

const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 };
const submission = 587;
const longestWords = 300;

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** The mail server of this installation. What it says is told as it says it: the addresses in it are those of staff. */
export class MailServer {
  readonly host: string;
  private readonly options: Parameters<typeof createTransport>[0] & object;

  constructor(url: Secret, readonly from: string) {
    const { protocol, hostname, port, username, password } = new URL(url.reveal());
    this.host = hostname.replace(/^\[|\]$/g, '');
    const implicit = protocol === 'smtps:';
    const hasLogin = username !== '';
    this.options = {
      ...patience, host: this.host, port: port === '' ? (implicit ? 465 : submission) : Number(port), secure: implicit,
      // A password goes over a wire that nobody else reads.
      requireTLS: !implicit && hasLogin && !isThisMachine(this.host),
      ...(hasLogin ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    };
  }

  /** One connection for one mail: staff are told of little, and nothing is held open between. */
  async send(mail: Mail): Promise<MailOutcome> {
    const transport = createTransport({ ...this.options, disableFileAccess: true, disableUrlAccess: true });
    try {
      await (transport.sendMail({ from: this.from, ...mail }) as Promise<SentMessageInfo>);
      return { kind: 'sent' };
    } catch (error) {
      return outcomeOf(error as SmtpError);
    } finally {
      transport.close();
    }
  }

  /** @returns why no mail can be sent by it; undefined: it takes us */
  async problem(): Promise<string | undefined> {
    const transport = createTransport(this.options);
    try {
      await transport.verify();
      return undefined;
    } catch (error) {
      return wordsOf(error as SmtpError);
    } finally {
      transport.close();
    }
  }
}

const isThisMachine = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

/** What a server says of the recipient, or of the mail itself, is of this one; whatever it says before that is of us. */
export const outcomeOf = (error: SmtpError): MailOutcome => {
  const { code, command, responseCode = 0 } = error;
  const ofThisMail = (code === 'EENVELOPE' && (command === 'RCPT TO' || command === 'API')) || (code === 'EMESSAGE' && command === 'DATA');
  if (ofThisMail && (responseCode >= 500 || command === 'API')) return { kind: 'refused', words: wordsOf(error) };
  return { kind: 'later', words: wordsOf(error), all: !ofThisMail };
};

const wordsOf = ({ response, message }: SmtpError): string => (response ?? message).replace(/\s+/g, ' ').trim().slice(0, longestWords);
