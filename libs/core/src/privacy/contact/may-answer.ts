import type { Clock, Ref, Refusal } from '@earshot/plugin-sdk';
import { type Database, type Tx, readSql } from '../../database/index.js';
import { decide } from '../decide.js';
import { listedAuthor } from '../do-not/author.js';
import { DoNotList, readDoNotEntries } from '../do-not/do-not-list.js';
import { storedRef } from './stored-ref.js';

/** Asks a network what an author refuses now, and whether a post is there as it is, and has it stored and heeded like anything heard. Declared here, and done by the pipeline. */
export abstract class AskAgain {
  /** Resolves also where the network did not answer: then what is known holds. */
  abstract author(accountId: string, author: Ref): Promise<void>;
  /** The same. Nobody waits longer than some seconds. */
  abstract post(accountId: string, post: Ref): Promise<void>;
}

/** Refusals, and posts, that were asked for longer ago are asked for again before anybody writes to their author. */
const oldestMs = 600_000;

interface Answered {
  readonly network: string; readonly remoteId: string; readonly otherNames: readonly string[]; readonly local: { readonly host: string; readonly id: string } | null; readonly handle: string | null; readonly url: string | null; readonly bio: string | null;
  readonly toldAt: Date | null; readonly gone: boolean; readonly postGone: boolean; readonly askedAt: Date | null; readonly refusals: readonly Refusal[]; readonly addressed: boolean;
  /** For each library that hears the post and may use the account: itself and all above it. */
  readonly lines: readonly (readonly string[])[];
}

const answeredSql = readSql(import.meta.url, './answered-post.sql');

/** Whether anybody may write to the author of a post: by whether it is still there and what they refuse, asked again if that is not fresh, and by the lists of the libraries concerned. */
export class MayAnswer {
  constructor(private readonly database: Database, private readonly askAgain: AskAgain, private readonly clock: Clock) {}

  /** Why not, in words for staff; undefined: they may, or it is no post that is stored. */
  async problem(accountId: string, to: Ref): Promise<string | undefined> {
    const first = await this.read(accountId, to);
    if (first === undefined) return undefined;
    const { network, remoteId, local, toldAt, askedAt, gone, postGone } = first.answered;
    const asked = [
      ...(this.isOld(toldAt) && !gone ? [this.askAgain.author(accountId, storedRef(network, remoteId, local))] : []),
      ...(this.isOld(askedAt) && !gone && !postGone ? [this.askAgain.post(accountId, to)] : []),
    ];
    await Promise.all(asked);
    const now = asked.length > 0 ? ((await this.read(accountId, to)) ?? first) : first;
    return problemOf(now.answered, now.list);
  }

  private isOld(at: Date | null): boolean {
    return at === null || this.clock.now() - at.getTime() > oldestMs;
  }

  private read(accountId: string, to: Ref): Promise<{ readonly answered: Answered; readonly list: DoNotList } | undefined> {
    return this.database.listening(async (tx: Tx) => {
      const [answered] = await tx.query<Answered>(answeredSql, [to.network, to.id ?? `${to.local?.host}/${to.local?.id}`, accountId]);
      return answered === undefined ? undefined : { answered, list: new DoNotList(await readDoNotEntries(tx), 'contact') };
    });
  }
}

const problemOf = (answered: Answered, list: DoNotList): string | undefined => {
  if (answered.gone) return 'Whoever wrote this is gone, or blocked us.';
  if (answered.postGone) return 'The post is gone, so there is nothing to reply to.';
  const refused = decide(answered.refusals, answered.addressed ? 'addressed' : 'thread', 'answer').because;
  if (refused !== undefined) return `Its author asks not to be answered unasked: ${refused.sign}.`;
  const author = listedAuthor({ network: answered.network }, answered.remoteId, answered, answered.otherNames);
  const listed = answered.lines.some((line) => list.listed(line, author) !== undefined);
  return listed ? 'The library does not write to this person: they are on its list.' : undefined;
};
