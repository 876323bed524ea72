import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Draw } from '../../faults/frame/draw.js';
import { eventually } from '../../support/eventually.js';
import type { Asked, Gate, Meddling } from '../gate.js';
import type { Office, StoredReply } from './office.js';

/** A post of the library's, as the server itself tells of it. */
export interface Posted {
  readonly text: string;
  /** The network's own name for it. */
  readonly uri: string;
}

/** A network behind a gate, as far as the rounds need it. */
export interface FarEnd {
  readonly office: Office;
  readonly gate: Gate;
  readonly account: string;
  /** Whether this is how the plugin publishes. */
  isPublishing(asked: Asked): boolean;
  /** Somebody says this, and Earshot will hear it. */
  say(text: string): Promise<void>;
  /** All that stands there in the library's name, under whatever it answers: asked of the server. */
  posted(): Promise<readonly Posted[]>;
}

/** How the way to a server treats a reply when it comes first. Whatever comes again goes well. */
const manners = ['well', 'well', 'answered late', 'never arrives', 'taken, unanswered', 'taken, answered with an error'] as const;
type Manner = (typeof manners)[number];

/** Whose process is killed, and when: as the server is about to get a reply, which it then gets or not, or when it has taken it and not yet answered. */
interface Kill {
  readonly reply: number;
  readonly moment: 'arrives' | 'arrives, and is lost' | 'taken';
  readonly ms: number;
}

const inTrouble = { status: 503, body: { error: 'InternalServerError', message: 'in trouble' } };

/**
 * kill -9 of Earshot, a whole process, while approved replies leave for a real server, whose way breaks besides. What it did is in `deeds`; `wrongs`
 * are the server's own count beside what staff see.
 */
export class SendingRound {
  readonly deeds: string[] = [];
  readonly texts: readonly string[];
  private readonly draw: Draw;
  private readonly manner = new Map<string, Manner>();
  private readonly kills: Kill[];
  private arrived = 0;
  private open: () => void = () => {};
  private isDead = false;

  constructor(private readonly far: FarEnd, { seed, name, replies }: { readonly seed: number; readonly name: string; readonly replies: number }) {
    this.draw = new Draw(seed);
    this.texts = Array.from({ length: replies }, (_, n) => `${name}-answer-${n + 1}`);
    for (const text of this.texts) this.manner.set(text, this.draw.pick(manners));
    this.kills = Array.from({ length: this.draw.int(1, 2) }, () => ({ reply: this.draw.int(1, 3), moment: this.draw.pick(['arrives', 'arrives, and is lost', 'taken', 'taken'] as const), ms: this.draw.pick([0, 0, this.draw.int(1, 60)]) }));
  }

  async run(): Promise<void> {
    const { office, gate } = this.far;
    for (const text of this.texts) await this.far.say(`What answers ${text}?`);
    const approved = new Promise<void>((resolve) => { this.open = resolve; });
    gate.instead = async (asked) => {
      const text = this.replyIn(asked);
      if (text === undefined) return undefined;
      await approved;
      return this.before(text);
    };
    gate.behind = async (asked) => {
      const text = this.replyIn(asked);
      return text === undefined ? undefined : this.after(text);
    };
    await this.approveAll();
    this.open();
    for (;;) {
      await eventually('every reply being settled, or Earshot being killed', async () => this.isDead || (await this.left()).length === 0 || undefined, 120_000).catch(async (error: Error) => {
        throw new Error(`${error.message}, after ${this.deeds.join('; ') || 'nothing'}: ${JSON.stringify(await this.mine())}; ${office.said}`);
      });
      if (!this.isDead) break;
      await office.fiveMinutesPass();
      [this.isDead, this.arrived] = [false, 0];
      await office.start();
    }
    gate.instead = () => undefined;
    gate.behind = async () => undefined;
  }

  /** What is not as it must be. `canTell`: the network always says whether it has a reply. */
  async wrongs({ canTell }: { readonly canTell: boolean }): Promise<readonly string[]> {
    const posted = await this.far.posted();
    return (await this.mine()).flatMap((reply) => {
      const there = posted.filter(({ text }) => text.includes(reply.text));
      const told = `${reply.text} (${this.manner.get(reply.text)}) is ${reply.state} and stands there ${there.length} times: ${reply.words ?? ''}`;
      if (there.length > 1) return [told];
      if (reply.state === 'sent') return there[0]?.uri === reply.sentAs ? [] : [told];
      // With a person, who is asked only where the network was and cannot tell.
      return reply.state === 'unknown' && !canTell && there.length === 0 ? [] : [told];
    });
  }

  /** Those of this round, in whatever state. */
  async mine(): Promise<readonly StoredReply[]> {
    return (await this.far.office.replies()).filter(({ text }) => this.texts.includes(text));
  }

  private async left(): Promise<readonly StoredReply[]> {
    await this.far.office.hurryReplies();
    return (await this.mine()).filter(({ state }) => state === 'approved' || state === 'sending');
  }

  private async approveAll(): Promise<void> {
    const { office, account } = this.far;
    for (const text of this.texts) {
      const conversation = await eventually(`hearing what ${text} answers`, async () => {
        await office.hurry();
        return office.conversationWith(`What answers ${text}?`);
      }, 60_000);
      await office.answer(conversation, `What answers ${text}?`, account, text);
    }
  }

  private replyIn(asked: Asked): string | undefined {
    // With what comes behind it: the first name is the beginning of the tenth's.
    return this.far.isPublishing(asked) ? this.texts.find((text) => new RegExp(`${text}(?!\\d)`).test(asked.body)) : undefined;
  }

  private async before(text: string): Promise<Meddling> {
    this.arrived += 1;
    if (this.isDue((moment) => moment !== 'taken')) {
      const { moment } = await this.kill(text);
      if (moment === 'arrives, and is lost') return 'cut';
    }
    return this.manner.get(text) === 'never arrives' && this.firstTime(text) ? 'cut' : undefined;
  }

  private async after(text: string): Promise<Meddling> {
    if (this.isDue((moment) => moment === 'taken')) await this.kill(text);
    const manner = this.manner.get(text);
    if (!this.firstTime(text)) return undefined;
    if (manner === 'answered late') await sleep(1_500);
    if (manner === 'taken, unanswered') return 'cut';
    return manner === 'taken, answered with an error' ? inTrouble : undefined;
  }

  /** Also where so many arrived and the one that was drawn was lost before it was taken: then it is the next. */
  private isDue(at: (moment: Kill['moment']) => boolean): boolean {
    const [next] = this.kills;
    return next !== undefined && this.arrived >= next.reply && at(next.moment);
  }

  private readonly came = new Set<string>();
  private firstTime(text: string): boolean {
    const first = !this.came.has(text);
    this.came.add(text);
    return first;
  }

  private async kill(text: string): Promise<Kill> {
    const kill = this.kills.shift() as Kill;
    await sleep(kill.ms);
    await this.far.office.kill();
    this.isDead = true;
    this.deeds.push(`kill -9 ${kill.ms} ms after ${text} (${this.manner.get(text)}) ${kill.moment}`);
    return kill;
  }
}

/** Another for each run, which it prints; or that of NETWORKS_SEED, to run the same again. */
export const seedOfRun = (): number => Number(process.env['NETWORKS_SEED'] ?? randomInt(1_000_000));
