import type { Clock, Ref, Refusal } from '@earshot/plugin-sdk';
import { type Database, type Tx, readSql } from '../../database/index.js';
import { decide } from '../decide.js';
import { listedAuthor } from '../do-not/author.js';
import { DoNotList, readDoNotEntries } from '../do-not/do-not-list.js';

/** Asks a network what an author refuses now, and has it stored and heeded like anything heard. Declared here, and done by the pipeline. */
export abstract class AskAgain {
  /** Resolves also where the network did not answer: then what is known holds. */
  abstract author(accountId: string, author: Ref): Promise<void>;
}

/** Refusals that are older are asked for again before anybody writes to their author. */
const oldestMs = 600_000;

interface Answered {
  readonly network: string; readonly remoteId: string; readonly otherNames: readonly string[]; readonly handle: string | null; readonly url: string | null; readonly bio: string | null;
  readonly toldAt: Date | null; readonly gone: boolean; readonly refusals: readonly Refusal[]; readonly addressed: boolean;
  /** For each library that hears the post and may use the account: itself and all above it. */
  readonly lines: readonly (readonly string[])[];
}

const answeredSql = readSql(import.meta.url, './answered-post.sql');

/** Whether anybody may write to the author of a post: by what they refuse, asked again if it is not fresh, and by the lists of the libraries concerned. */
export class MayAnswer {
  constructor(private readonly database: Database, private readonly askAgain: AskAgain, private readonly clock: Clock) {}

  /** Why not, in words for staff; undefined: they may, or it is no post that is stored. */
  async problem(accountId: string, to: Ref): Promise<string | undefined> {
    const first = await this.read(accountId, to);
    if (first === undefined) return undefined;
    const stale = first.answered.toldAt === null || this.clock.now() - first.answered.toldAt.getTime() > oldestMs;
    if (stale && !first.answered.gone) await this.askAgain.author(accountId, { network: first.answered.network, id: first.answered.remoteId });
    const now = stale ? ((await this.read(accountId, to)) ?? first) : first;
    return problemOf(now.answered, now.list);
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
  const refused = decide(answered.refusals, answered.addressed ? 'addressed' : 'thread', 'answer').because;
  if (refused !== undefined) return `Its author asks not to be answered unasked: ${refused.sign}.`;
  const author = listedAuthor(answered, answered.remoteId, answered, answered.otherNames);
  const listed = answered.lines.some((line) => list.listed(line, author) !== undefined);
  return listed ? 'The library does not write to this person: they are on its list.' : undefined;
};
