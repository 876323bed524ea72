import { type Abilities, isRemoteError, type MediaAbilities } from '@earshot/plugin-sdk';
import { type AttachmentRow, AttachmentsRepository } from '../../attachments/index.js';
import { type Database, type Tx, readSql } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import type { Actor, Permissions } from '../../staff/index.js';
import { type Classifiers, effectsOf } from '../../understanding/index.js';
import { StopsRepository, stopInWords } from '../../stops/index.js';
import { anyMedia, attachedChecks } from '../attached/attached-checks.js';
import type { Links } from '../links.js';
import type { ReplyPolicies } from '../policy/reply-policies.js';
import type { ReplyPolicy } from '../policy/reply-policy.row.js';
import type { RepliesRepository, Towards } from '../replies.repository.js';
import { PostGoneError, ReplyByHand, ReplyNotAllowed, ReplyTooLong } from '../reply.errors.js';
import { cutInParts } from '../reply-cut.js';
import { lengthOf } from '../reply-length.js';
import type { ReplyRow } from '../reply.row.js';
import type { Senders } from '../senders.js';
import type { Check } from './check.js';
import { type ReplyFacts, factChecks, sameWordsDays } from './fact-checks.js';
import { linkChecks } from './link-checks.js';
import { NeedsSecondPerson, SendingStopped } from './policy-checks.model.js';
import { textChecks } from './text-checks.js';

const factsSql = readSql(import.meta.url, './reply-facts.sql');

const notHeard = 'The account it is sent from was taken away or turned off, or the post is not heard any more.';

/** What the network, the post or its author has against a reply. */
export type NetworkProblem = ReplyNotAllowed | ReplyByHand | ReplyTooLong | PostGoneError;

/** Of an approval: when the reply is to leave, which others it goes beside, and which make way for it. */
export interface ApprovalFacts {
  readonly dueAt?: Date;
  readonly besides?: readonly string[];
  readonly insteadOf?: readonly string[];
  /** The words are the actor's own, whoever wrote those that are stored. */
  readonly rewrites?: boolean;
}

/** The images that go with a reply, and where to. */
export interface Attached {
  readonly accountId: string;
  readonly towards: Towards | undefined;
  readonly images: readonly AttachmentRow[];
}

/** What goes out at once: words, and so many images. */
export interface Said {
  readonly text: string;
  readonly images: number;
}

const ofOne = ({ text, images }: Said, { reply, because, length }: Abilities): NetworkProblem | undefined => {
  const counted = lengthOf(text, length);
  if (counted > length.limit) return new ReplyTooLong(counted, length, cutInParts(text, length));
  return reply === 'by-hand' ? new ReplyByHand(because, images) : undefined;
};

/** What is asked of others while replies are checked. */
export interface ChecksAround {
  readonly senders: Senders;
  readonly links: Links;
  readonly classifiers: Classifiers;
  readonly policies: ReplyPolicies;
}

/** What speaks against sending a reply: to be shown while it is written, and asked again when somebody approves it. `docs/replies.md` has the table. */
export class ReplyChecks {
  private readonly stops = new StopsRepository();
  private readonly attachments = new AttachmentsRepository();

  constructor(
    private readonly database: Database,
    private readonly replies: RepliesRepository,
    private readonly permissions: Permissions,
    private readonly around: ChecksAround,
  ) {}

  /**
   * All of it, as of now, what blocks first; with `dueAt`, as if it were to leave then. The network and the links are asked, outside of any transaction.
   * @throws PlatformError NOT_FOUND, FORBIDDEN
   */
  async of(actor: Actor, id: string, dueAt?: Date): Promise<readonly Check[]> {
    const needed = { scope: 'draft', role: 'librarian' } as const;
    this.permissions.requireKind(actor, needed);
    const { reply, towards, facts, images } = await this.database.as(actor.id, async (tx) => {
      const found = await this.replies.find(tx, id);
      if (found === undefined) throw new PlatformError('NOT_FOUND', 'There is no such reply.', 'id');
      await this.permissions.require(tx, actor, found.libraryId, needed);
      return { reply: found, images: await this.attachments.ofReplies(tx, [found.id]), towards: await this.replies.towards(tx, found), facts: await this.ofFacts(tx, found, actor, dueAt === undefined ? {} : { dueAt }) };
    });
    const { accountId, text } = reply;
    const [network, words, attached] = await Promise.all([this.ofNetwork(accountId, towards, text, images.length), this.ofWords(text), this.ofAttached({ accountId, towards, images })]);
    return [...(network === undefined ? [] : [network]), ...words, ...attached, ...facts].sort((one, other) => Number(other.blocks) - Number(one.blocks));
  }

  /** Undefined where nobody stopped sending, at the library or above it. */
  async stopAt(actor: Actor, libraryId: string): Promise<SendingStopped | undefined> {
    const holding = await this.database.as(actor.id, (tx) => this.stops.holding(tx, [libraryId]));
    const stop = holding.find(({ what }) => what !== 'listening');
    return stop && new SendingStopped(stopInWords(stop));
  }

  /** Whether the network, and the post and its author where one is answered, allow this now, and how long it may be. Of a reply to a post that nobody hears, that alone. */
  async ofNetwork(accountId: string, towards: Towards | undefined, text: string, images = 0): Promise<NetworkProblem | undefined> {
    return (await this.ofEach(accountId, towards, [{ text, images }]))[0];
  }

  /** The same of several that go to one place, in order: the network is asked once. */
  async ofEach(accountId: string, towards: Towards | undefined, said: readonly Said[]): Promise<readonly (NetworkProblem | undefined)[]> {
    if (said.length === 0) return [];
    const told = await this.abilities(accountId, towards);
    return said.map((one) => ('code' in told ? told : ofOne(one, told)));
  }

  private async abilities(accountId: string, towards: Towards | undefined): Promise<Abilities | ReplyNotAllowed | PostGoneError> {
    if (towards === undefined) return new ReplyNotAllowed(notHeard);
    if (towards.gone) return new PostGoneError();
    try {
      const sender = await this.around.senders.forAccount(accountId);
      if (sender === undefined) return new ReplyNotAllowed(notHeard);
      const told = await sender.abilities(towards.ref);
      return told.reply === 'no' ? new ReplyNotAllowed(told.because ?? (towards.ref === undefined ? 'The network lets this account post nothing.' : 'The network allows no reply to this post.')) : told;
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      return new ReplyNotAllowed(error.message);
    }
  }

  /** Whether the images have their alternative texts, and the network takes them. What is written by hand its writer puts there as the network's page lets them. */
  async ofAttached({ accountId, towards, images }: Attached): Promise<readonly Check[]> {
    if (images.length === 0) return [];
    return attachedChecks(images, towards === undefined || towards.gone ? anyMedia : await this.mediaOf(accountId, towards));
  }

  /** Where the network cannot be asked, {@link ofNetwork} says so. */
  private async mediaOf(accountId: string, { ref }: Towards): Promise<MediaAbilities | undefined> {
    try {
      const abilities = await (await this.around.senders.forAccount(accountId))?.abilities(ref);
      return abilities?.reply === 'yes' ? abilities.media : anyMedia;
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      return anyMedia;
    }
  }

  /** What the words say by themselves, and where their links lead. */
  async ofWords(text: string): Promise<readonly Check[]> {
    return [...textChecks(text), ...(await linkChecks(text, this.around.links))];
  }

  /** Whether the library's policy wants somebody other than this actor to approve it. */
  async needsAnother(tx: Tx, reply: Pick<ReplyRow, 'id' | 'libraryId' | 'text' | 'lang'>, actorId: string): Promise<boolean> {
    return (await this.ofFacts(tx, reply, { id: actorId })).some((check) => check instanceof NeedsSecondPerson);
  }

  /** Who may approve at the reply's library. */
  async approversAt(tx: Tx, libraryId: string): Promise<ReplyPolicy['approvers']> {
    return (await this.around.policies.holdingAt(tx, libraryId)).approvers;
  }

  /** What the database knows, and what the library's policy makes of it where this actor approves: in the transaction of an approval, as of it. */
  async ofFacts(tx: Tx, reply: Pick<ReplyRow, 'id' | 'libraryId' | 'text' | 'lang'>, actor: Pick<Actor, 'id'>, { dueAt, besides = [], insteadOf = [], rewrites = false }: ApprovalFacts = {}): Promise<readonly Check[]> {
    const policy = await this.around.policies.holdingAt(tx, reply.libraryId);
    const [facts] = await tx.query<ReplyFacts>(factsSql, [
      reply.id, reply.libraryId, policy.unaskedDays, sameWordsDays, actor.id, besides, insteadOf, rewrites,
    ]);
    return facts === undefined ? [] : factChecks(facts, { text: reply.text, lang: reply.lang, policy, labels: effectsOf(this.around.classifiers.list()), ...(dueAt === undefined ? {} : { dueAt }) });
  }
}
