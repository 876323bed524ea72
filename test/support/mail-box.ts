import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.js';

/** A mail that a server took. */
export interface Received {
  readonly to: readonly string[];
  readonly from: string;
  /** By their names in lower case, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  /** Everything after the headers, decoded. */
  readonly body: string;
  readonly raw: string;
}

/** A mail server on 127.0.0.1 that keeps what it takes, and refuses whom it is told to. */
export class MailBox {
  readonly received: Received[] = [];
  /** Address → the answer to RCPT TO, with its code. */
  readonly refused = new Map<string, { readonly code: number; readonly words: string }>();
  /** Answers the end of the next mails with this instead of taking them; `taken`: keeps them all the same, as a server whose answer is lost. */
  readonly trips: { readonly code: number; readonly words: string; readonly taken?: true }[] = [];
  private server: SMTPServer | undefined;
  private at = 0;

  static async open(): Promise<MailBox> {
    const box = new MailBox();
    await box.up();
    return box;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.at}`;
  }

  /** A mail with these words, once it was taken. */
  told(words: string, to?: string): Promise<Received> {
    return eventually(`a mail that says "${words}"`, async () => this.received.find((mail) => mail.body.includes(words) && (to === undefined || mail.to.includes(to))), 60_000);
  }

  /** At the same port as before. */
  async up(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'], disableReverseLookup: true,
      onRcptTo: ({ address }, _session, done) => {
        const refusal = this.refused.get(address);
        done(refusal === undefined ? null : answer(refusal));
      },
      onData: (stream, { envelope }, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const trip = this.trips.shift();
          if (trip === undefined || trip.taken) {
            const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
            this.received.push(read(Buffer.concat(parts).toString('utf8'), envelope.rcptTo.map(({ address }) => address), from));
          }
          done(trip === undefined ? null : answer(trip));
        });
      },
    });
    // A client that goes away is not the server's trouble.
    server.on('error', () => {});
    await new Promise<void>((resolve) => server.listen(this.at, '127.0.0.1', resolve));
    this.at = (server.server.address() as AddressInfo).port;
    this.server = server;
  }

  async down(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

const answer = ({ code, words }: { readonly code: number; readonly words: string }): Error => Object.assign(new Error(words), { responseCode: code });

const read = (raw: string, to: readonly string[], from: string): Received => {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const headers = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const);
  const encoded = raw.slice(head.length).replace(/=\r\n/g, '');
  // Each of the parts is plain, or quoted-printable (RFC 2045, 6.7).
  const body = encoded.replace(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'));
  return { to, from, headers: new Map(headers), body, raw };
};
