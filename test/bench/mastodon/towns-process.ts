import { createInterface } from 'node:readline';
import { anAccount, idAt, type Json } from '../../../plugins/mastodon/src/testing/documents.js';
import { TOKEN } from '../../../plugins/mastodon/src/testing/fake-server.js';
import { LiveServer } from '../../../plugins/mastodon/src/testing/live-server.js';

/**
 * So many towns, each a server with its own ports, in one process. Told `{"count","people"}`; says them. A line `{"say":{"town","person","content"}}`
 * lets somebody say something, and is not answered; to any other it answers what was asked of each so far.
 */
interface Command {
  readonly say?: { readonly town: number; readonly person: number; readonly content: string };
}

/** What servers allow in five minutes. */
const ALLOWED = 300;
const WINDOW_MS = 5 * 60_000;

const { count, people } = JSON.parse(process.argv[2] ?? '{}') as { readonly count: number; readonly people: number };
const began = Date.now();

class Town {
  readonly live: LiveServer;
  readonly people: readonly Json[];
  private readonly us: Json;
  /** Whole seconds since the start of each request. */
  private readonly asked: number[] = [];
  private said = 0;
  /** Above what is allowed. */
  private refused = 0;

  constructor(live: LiveServer, host: string) {
    this.live = live;
    this.us = anAccount(`library@${host}`, '10', { acct: 'library' });
    this.people = Array.from({ length: people }, (_, n) => anAccount(`person-${n}@${host}`, String(1_000 + n), { acct: `person-${n}` }));
    const { town } = live;
    town.lists = [{ id: '5', title: 'The town' }];
    town.accounts.push(...this.people);
    const answer = town.answer.bind(town);
    town.answer = (request) => {
      this.asked.push(Math.floor((Date.now() - began) / 1_000));
      return new URL(request.url).pathname.endsWith('/verify_credentials') ? Promise.resolve(Response.json(this.us)) : answer(request);
    };
    // Nobody is new there.
    for (let n = 0; n < people; n += 1) this.say(n, 'Good morning, everybody.', new Date(began - 86_400_000 + n * 1_000).toISOString());
    this.renew();
    setInterval(() => this.renew(), WINDOW_MS).unref();
  }

  say(person: number, content: string, at: string = new Date().toISOString()): void {
    this.said += 1;
    this.live.say(this.people[person % people] as Json, at, content, { id: idAt(at, this.said % 65_536) });
  }

  report(): object {
    const { streams } = this.live;
    return { asked: this.asked, refused: this.refused + this.over, handshakes: streams.handshakes.length, open: streams.names().length };
  }

  private get over(): number {
    return Math.max(0, -(this.live.limit?.left ?? 0));
  }

  private renew(): void {
    this.refused += this.over;
    this.live.limit = { of: ALLOWED, left: ALLOWED, reset: new Date(Date.now() + WINDOW_MS) };
  }
}

const towns = await Promise.all(Array.from({ length: count }, async (_, n) => new Town(await LiveServer.start(), `town-${n}.example`)));
console.log(JSON.stringify(towns.map(({ live: { origin }, people: all }) => ({ origin, token: TOKEN, list: `${new URL(origin).host}/5`, people: all.map(({ uri }) => uri) }))));
for await (const line of createInterface({ input: process.stdin })) {
  const { say } = JSON.parse(line) as Command;
  if (say !== undefined) towns[say.town]?.say(say.person, say.content);
  else console.log(JSON.stringify(towns.map((town) => town.report())));
}
for (const { live } of towns) await live.stop();
process.exit();
